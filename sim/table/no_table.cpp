#include "sim/table/no_table.hpp"

#include "sim/table/ranges.hpp"
#include "sim/table/write_rules.hpp"

namespace weir {

namespace {

constexpr std::string_view unknown_table = "Requested resource not found";  // MSG-2
constexpr std::string_view bad_name =
    "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the "
    "characters a-z, A-Z, 0-9, '_', '-', and '.'";

Failed first_of(TableId table, const std::optional<Failed>& flaw) {
  return flaw && table != malformed_table ? *flaw : no_table(table);
}
std::optional<Failed> failure_of(const Result<Done>& result) { return result ? std::nullopt : std::optional(result.failure()); }

}  // namespace

Failed no_table(TableId table) {
  if (table == malformed_table) return {ServiceError::validation, Certainty::surely_not_done, bad_name};
  return {ServiceError::resource_not_found, Certainty::surely_not_done, unknown_table};
}

Failed no_table_for(const PutItem& request) { return first_of(request.table, flaw_in(request)); }
Failed no_table_for(const UpdateItem& request) { return first_of(request.table, flaw_in(request)); }
Failed no_table_for(const DeleteItem& request) { return first_of(request.table, flaw_in(request)); }
Failed no_table_for(const GetItem& request) { return no_table(request.table); }
Failed no_table_for(const Query& request) { return first_of(request.table, failure_of(check_page(request.page))); }
Failed no_table_for(const Scan& request) {
  return first_of(request.table, failure_of(check_page(request.page, request.segment)));
}

}  // namespace weir

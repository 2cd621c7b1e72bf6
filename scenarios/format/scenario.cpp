#include "scenarios/format/scenario.hpp"

#include <array>

namespace weir {

std::string_view act_name(const Act& act) {
  constexpr std::array<std::string_view, std::variant_size_v<Act>> names{"put",
                                                                         "update",
                                                                         "delete",
                                                                         "split_shard",
                                                                         "fail_invocations",
                                                                         "disable_stream",
                                                                         "enable_stream",
                                                                         "delete_table",
                                                                         "transact_write",
                                                                         "set_role",
                                                                         "update_capacity",
                                                                         "create_mapping",
                                                                         "update_mapping",
                                                                         "enable_mapping",
                                                                         "disable_mapping",
                                                                         "delete_mapping",
                                                                         "set_concurrency"};
  return names[act.index()];
}

}  // namespace weir

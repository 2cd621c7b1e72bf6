// What is answered to a request for a table that is not there.                                        [ERR-6] [TABLE-2] [MSG-2]
//
//   first   what is wrong with the table's ARN; then what is wrong with the request whatever its table is, as its own check
//           would say it; then ResourceNotFoundException
#pragma once

#include "sim/base/result.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/requests.hpp"

namespace weir {

// Stands for a table whose ARN is malformed: never given out.
inline constexpr TableId malformed_table{~std::uint32_t{0}};

Failed no_table(TableId table);
Failed no_table_for(const PutItem& request);
Failed no_table_for(const UpdateItem& request);
Failed no_table_for(const DeleteItem& request);
Failed no_table_for(const GetItem& request);
Failed no_table_for(const Query& request);
Failed no_table_for(const Scan& request);

}  // namespace weir

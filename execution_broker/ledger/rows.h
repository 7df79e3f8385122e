#pragma once

// Every row of a statement as values: the one loop of the ledger's reads.

#include <type_traits>
#include <vector>

#include "execution_broker/storage/statement.h"
#include "trading/base/result.h"

namespace broker {

// `read` makes a value of the current row; rows that cannot be read are an error, never fewer rows.
template <typename Read>
auto all_rows(Statement& rows, Read read) -> trading::Result<std::vector<std::invoke_result_t<Read&, const Statement&>>> {
  std::vector<std::invoke_result_t<Read&, const Statement&>> values;
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, rows.step());
    if (!has_row) return values;
    values.push_back(read(rows));
  }
}

}  // namespace broker

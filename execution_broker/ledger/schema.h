#pragma once

// The tables of a book's database (paper.db, rehearsal.db, live.db: the same schema, one mode each) as migrations.
// docs/ledger_format.md describes them for people who read a copy with sqlite3.

#include <vector>

#include "execution_broker/storage/migration.h"

namespace broker {

inline constexpr std::int32_t kBookApplicationId = 0x544d4342;  // "TMCB"

const std::vector<Migration>& book_migrations();

}  // namespace broker

#pragma once

// A book and its positions, with the names that scripts rely on.

#include <nlohmann/json_fwd.hpp>

#include "broker/v1/portfolio.pb.h"

namespace tools {

nlohmann::json position_fields(const broker::v1::Position& position);
nlohmann::json book_fields(const broker::v1::Book& book);
// books, custody and where they stand.
nlohmann::json portfolio_reply(const broker::v1::FetchPortfolioReply& reply);

}  // namespace tools

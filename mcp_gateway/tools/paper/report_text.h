#pragma once

#include <string>

#include "broker/v1/portfolio.pb.h"

namespace tools {

// The paper account as a page of Markdown: figures, groups, the last trades.
std::string report_text(const broker::v1::CalculatePaperTradingPerformanceReply& reply);

}  // namespace tools

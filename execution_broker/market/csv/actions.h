#pragma once

// From the rows of an actions file to corporate actions as the exchange knew them on their day.

#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/market/csv/parse_csv.h"
#include "execution_broker/market/market_source.h"

namespace broker {

// Dividends come in two scales: as declared, or (some makers) divided by every later split, so that
// they are a share of today. The file itself tells: companies declare whole multiples of 0.05
// rupee. Where the figures as written are such multiples they are taken as they are; where they are
// not, but are after multiplying by the later splits (to within the 4 decimals written), they are
// multiplied back and rounded to the multiple. Anything else is taken as written. What was decided
// is a finding. Rows without dividend and split are left out; several rows of one day become one.
std::vector<CorporateAction> actions_of(std::string_view symbol, const std::vector<ActionRow>& rows,
                                        std::string_view file, std::vector<std::string>& findings);

}  // namespace broker

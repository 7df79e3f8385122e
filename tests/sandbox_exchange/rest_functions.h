#pragma once

// The functions of the endpoints, each in the file of its area.

#include "tests/sandbox_exchange/rest.h"

namespace sandbox {

// rest_user.cpp
Answer log_in(Call& call);
Answer refresh_tokens(Call& call);
Answer profile(Call& call);
Answer log_out(Call& call);
Answer funds(Call& call);
// rest_orders.cpp
Answer place_order(Call& call);
Answer modify_order(Call& call);
Answer cancel_order(Call& call);
// rest_books.cpp
Answer order_book(Call& call);
Answer trade_book(Call& call);
Answer order_details(Call& call);
// rest_portfolio.cpp
Answer positions(Call& call);
Answer convert_position(Call& call);
Answer holdings(Call& call);
Answer all_holdings(Call& call);
Answer margin_batch(Call& call);
Answer estimate_charges(Call& call);
// rest_market.cpp
Answer ltp_data(Call& call);
Answer quote(Call& call);
Answer search_scrip(Call& call);
// rest_candles.cpp
Answer candles(Call& call);
Answer open_interest(Call& call);
// rest_gtt.cpp
Answer create_rule(Call& call);
Answer modify_rule(Call& call);
Answer cancel_rule(Call& call);
Answer rule_details(Call& call);
Answer rule_list(Call& call);
// rest_other.cpp
Answer verify_dis(Call& call);
Answer generate_tpin(Call& call);
Answer tran_status(Call& call);
Answer cautionary_scrips(Call& call);
Answer option_greek(Call& call);
Answer gainers_losers(Call& call);
Answer oi_buildup(Call& call);
Answer put_call_ratio(Call& call);
Answer nse_intraday(Call& call);
Answer bse_intraday(Call& call);

// What "nothing" looks like on this call, with the faults that change it: Q29 and Q30.
Answer answer_rows(Call& call, const Json& rows, const Json& nothing, std::string_view empty_code,
                   std::string_view empty_message);

}  // namespace sandbox

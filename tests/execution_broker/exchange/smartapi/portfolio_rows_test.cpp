#include "execution_broker/exchange/smartapi/wire/portfolio_rows.h"

#include <gtest/gtest.h>

#include "tests/execution_broker/exchange/smartapi/payloads.h"

namespace broker::smartapi {
namespace {

using payloads::json;
using payloads::with;
using trading::Money;
using trading::Price;
using trading::Quantity;

TEST(Positions, TheDocumentedRowWithItsOddSigns) {
  const std::string row = with(payloads::kPositionRow, R"("netvalue":"-8124.50")", R"("netvalue":"- 8124.50")");
  const auto rows = read_positions(json("[" + with(row, R"("realised":"0.00")", R"("realised":"-0.00")") + "]"));
  ASSERT_TRUE(rows);
  ASSERT_TRUE(rows->is_complete()) << rows->unreadable.front().why;
  EXPECT_EQ(rows->rows.at(0).net_quantity, 10);
  EXPECT_EQ(rows->rows.at(0).net_value, trading::Accrual(-81'245'000));
  EXPECT_EQ(rows->rows.at(0).realised, trading::Accrual(0));
  EXPECT_EQ(rows->rows.at(0).last_price, Price(8'130'000));
}

TEST(Positions, AClosedOneStaysAndAShortOneIsNegative) {
  const auto rows = read_positions(json("[" + with(payloads::kPositionRow, R"("netqty":"10")", R"("netqty":"0")") + "," +
                                        with(payloads::kPositionRow, R"("netqty":"10")", R"("netqty":"-7")") + "]"));
  ASSERT_TRUE(rows && rows->is_complete());
  EXPECT_EQ(rows->rows.at(0).net_quantity, 0);
  EXPECT_EQ(rows->rows.at(1).net_quantity, -7);
}

TEST(Positions, AnUnreadableQuantityIsNeverFlat) {
  for (const char* to : {R"("netqty":"")", R"("netqty":null)", R"("netqty":"- ")", R"("netqty":"ten")", R"("x":"10")", R"("netqty":1.5)"}) {
    const auto rows = read_positions(json("[" + with(payloads::kPositionRow, R"("netqty":"10")", to) + "]"));
    ASSERT_TRUE(rows);
    EXPECT_FALSE(rows->is_complete()) << to;
    EXPECT_TRUE(rows->rows.empty());
    EXPECT_EQ(rows->unreadable.at(0).which, "SBIN-EQ");
  }
  EXPECT_FALSE(read_positions(json("\"\"")));
  EXPECT_FALSE(read_positions(json("{}")));
}

TEST(Holdings, BothCallsAndTheirEmptyForms) {
  const auto list = read_holdings(json("[" + std::string(payloads::kHoldingRow) + "]"));
  ASSERT_TRUE(list && list->is_complete());
  EXPECT_EQ(list->rows.at(0).quantity, 5);
  EXPECT_EQ(list->rows.at(0).average_price, trading::Accrual(7'001'000));
  const auto all = read_all_holdings(json(R"({"holdings":[)" + std::string(payloads::kHoldingRow) +
                                          R"(],"totalholding":{"totalholdingvalue":4065,"totalinvvalue":3500.5,"totalprofitandloss":564.5,"totalpnlpercentage":16.13}})"));
  ASSERT_TRUE(all && all->is_complete());
  EXPECT_EQ(all->rows.size(), 1U);
  EXPECT_TRUE(read_all_holdings(json(R"({"holdings":null,"totalholding":null})"))->rows.empty());
  EXPECT_TRUE(read_all_holdings(json(R"({"holdings":[],"totalholding":null})"))->rows.empty());
  EXPECT_FALSE(read_all_holdings(json(R"({"totalholding":null})"))) << "a key that is not there says nothing";
  EXPECT_FALSE(read_all_holdings(json("\"\"")));
}

TEST(Funds, TheRecordedOneAndFiguresThatAreMissing) {
  const auto funds = read_funds(json(payloads::kFunds));
  ASSERT_TRUE(funds) << funds.error().what;
  EXPECT_EQ(funds->net, Money(10'000'000));
  EXPECT_EQ(funds->utilised_payout, Money(10'000'000));
  EXPECT_EQ(read_funds(json(with(payloads::kFunds, R"("net":"100000.00")", R"("net":"-0.019")")))->net, Money(-2)) << "rounded down";
  for (const char* to : {R"("net":null)", R"("net":"")", R"("net":"n/a")", R"("x":1)"}) {
    const auto none = read_funds(json(with(payloads::kFunds, R"("net":"100000.00")", to)));
    ASSERT_FALSE(none) << to;
    EXPECT_FALSE(none.error().fix.empty());
  }
}

TEST(Margin, RequestAndTheTotalRoundedUp) {
  const auto request = margin_request({{"NSE", "3045", "INTRADAY", trading::Side::kSell, Quantity(10), Price(8'125'000)}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body,
            R"({"positions":[{"exchange":"NSE","qty":10,"price":812.5,"productType":"INTRADAY","token":"3045","tradeType":"SELL","orderType":"LIMIT"}]})");
  const auto margin = read_margin(json(R"({"totalMarginRequired":29612.350001,"marginComponents":{"netPremium":0.0}})"));
  ASSERT_TRUE(margin);
  EXPECT_EQ(*margin, Money(2'961'236));
  EXPECT_FALSE(read_margin(json("{}")));
  EXPECT_FALSE(read_margin(json(R"({"totalMarginRequired":null})")));
  EXPECT_FALSE(read_margin(json(R"({"totalMarginRequired":-1})")));
  EXPECT_FALSE(margin_request({}));
  EXPECT_FALSE(margin_request(std::vector<MarginPosition>(51)));
}

TEST(Charges, SummaryAndTheLeavesOfItsBreakup) {
  const auto request = charges_request({{"NSE", "3045", "SBIN-EQ", "INTRADAY", trading::Side::kBuy, Quantity(10), Price(8'125'000)}});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->body,
            R"({"orders":[{"product_type":"INTRADAY","transaction_type":"BUY","quantity":"10","price":"812.5","exchange":"NSE","symbol_name":"SBIN-EQ","token":"3045"}]})");
  const auto charges = read_charges(json(
      R"({"summary":{"total_charges":10.6,"trade_value":8125,"breakup":[{"name":"Angel One Brokerage","amount":8.125,"msg":"","breakup":[]},)"
      R"({"name":"External Charges","amount":0.5,"msg":"","breakup":[{"name":"Exchange Transaction Charges","amount":0.25,"msg":"","breakup":[]},{"name":"Stamp Duty","amount":0.25,"msg":"","breakup":[]}]},)"
      R"({"name":"Taxes","amount":1.975,"msg":"","breakup":[{"name":"GST","amount":1.975,"msg":"","breakup":null}]}]},"charges":[]})"));
  ASSERT_TRUE(charges) << charges.error().what;
  EXPECT_EQ(charges->total, trading::Accrual(106'000));
  ASSERT_EQ(charges->lines.size(), 4U);
  EXPECT_EQ(charges->lines.at(1).name, "Exchange Transaction Charges");
  EXPECT_FALSE(read_charges(json(R"({"summary":{"trade_value":1,"breakup":[]}})")));
  EXPECT_FALSE(read_charges(json(R"({"charges":[]})")));
}

TEST(Gtt, ListsObjectsAndDetails) {
  const std::string rule =
      R"({"id":"105","status":"NEW","createddate":"2026-11-16T14:19:51Z","updateddate":"2026-11-16T14:28:01Z","expirydate":"2027-11-16T14:19:51Z","clientid":"A1","tradingsymbol":"SBIN-EQ","symboltoken":"3045","exchange":"NSE","transactiontype":"BUY","producttype":"DELIVERY","price":195,"qty":1,"triggerprice":196,"disclosedqty":10})";
  const auto list = read_gtt_list(json("[" + rule + "," + with(rule, R"("id":"105")", R"("id":106)") + "]"));
  ASSERT_TRUE(list && list->is_complete());
  EXPECT_EQ(list->rows.at(1).id, "106");
  EXPECT_EQ(read_gtt_list(json(rule))->rows.size(), 1U) << "the documentation prints one object";
  const auto details = read_gtt_details(json(with(rule, R"("id":"105",)", "")));
  ASSERT_TRUE(details);
  EXPECT_EQ(details->trigger, Price(1'960'000));
  EXPECT_EQ(gtt_list_request(1, 50).body, R"({"status":["NEW","ACTIVE","SENTTOEXCHANGE"],"page":1,"count":50})");
}

TEST(Cautionary, TheList) {
  const auto list = read_cautionary(json(R"([{"token":"3045","symbol":"SBIN-EQ","message":"under surveillance"}])"));
  ASSERT_TRUE(list && list->is_complete());
  EXPECT_EQ(list->rows.at(0).symbol, "SBIN-EQ");
}

}  // namespace
}  // namespace broker::smartapi

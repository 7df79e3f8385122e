// What a human signs, and what nobody may do without him. Each attack stands beside the same step done right.

#include <gtest/gtest.h>

#include "execution_broker/desk/mandates.h"
#include "tests/execution_broker/desk/rehearsal_house.h"
#include "trading/base/canonical_json.h"

namespace broker {
namespace {

using trading::OrderState;

std::string code_of(const trading::Result<SignOutcome>& outcome) { return outcome ? "signed" : outcome.error().code; }

TEST(Approval, TheSignedOrderIsSentOnceAndOnRecord) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  ASSERT_TRUE(proposed.proposal);
  EXPECT_EQ(proposed.order.order.state, OrderState::kAwaitingApproval);
  EXPECT_TRUE(house.account.placed.empty());
  const StatementCard card = house.open_card(proposed.order.order.order_id);
  const auto outcome = house.desk->sign(house.human, house.signed_card(card));
  ASSERT_EQ(code_of(outcome), "signed");
  EXPECT_EQ(outcome->order->order.state, OrderState::kAcked);
  ASSERT_EQ(house.account.placed.size(), 1U);
  EXPECT_EQ(house.account.placed[0].quantity, trading::Quantity(5));
  EXPECT_EQ(house.audited("approval.order"), 1U);
  EXPECT_EQ(house.audited("approve.submitting"), 1U);
  const auto status = house.desk->approval_status(house.agent, proposed.proposal->row.token);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->order.order.state, OrderState::kAcked);
}

TEST(Approval, TheStatementHoldsEveryFigureOfTheOrder) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const auto statement = RehearsalHouse::must(approval_format::parse_statement(house.open_card(proposed.order.order.order_id).statement));
  for (const char* key : {"order_id", "boot", "ledger", "nonce", "exchange", "token", "trading_symbol", "side", "quantity", "product", "order_type",
                          "limit_price_e4", "trigger_price_e4", "stop_loss_e4", "target_e4", "flatten", "value_e4", "worst_loss_e4",
                          "worst_loss_gap_e4", "charges_e4", "margin_e4", "reference_price_e4", "limits_hash", "account", "mode", "issued_us",
                          "expires_us", "ledger_seq", "audit_seq", "audit_hash"})
    EXPECT_NE(statement.find(key), nullptr) << key;
  EXPECT_EQ(RehearsalHouse::must(statement.integer_at("quantity")), 5);
  EXPECT_EQ(RehearsalHouse::must(statement.integer_at("limit_price_e4")), proposed.order.order.request.limit_price->value());
  EXPECT_EQ(RehearsalHouse::must(statement.integer_at("expires_us")) - RehearsalHouse::must(statement.integer_at("issued_us")), 60'000'000);
  EXPECT_GT(RehearsalHouse::must(statement.integer_at("worst_loss_e4")), 0);
}

TEST(Approval, AReplayedSignatureIsRefused) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const SignedStatement given = house.signed_card(house.open_card(proposed.order.order.order_id));
  ASSERT_EQ(code_of(house.desk->sign(house.human, given)), "signed");
  EXPECT_EQ(code_of(house.desk->sign(house.human, given)), "STATEMENT_USED");
  house.reopen();
  EXPECT_EQ(code_of(house.desk->sign(house.human, given)), "STATEMENT_OTHER_BOOT");
  EXPECT_EQ(house.account.placed.size(), 1U);
  EXPECT_EQ(house.audited("approval.refused"), 2U);
}

TEST(Approval, AnotherQuantityUnderTheSameNonceIsRefusedEvenWhenSigned) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const StatementCard card = house.open_card(proposed.order.order.order_id);
  auto altered = RehearsalHouse::must(trading::CanonicalJson::parse(card.statement));
  altered.set("quantity", 4'000);
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_by(house.key, altered.write()))), "STATEMENT_ALTERED");
  EXPECT_TRUE(house.account.placed.empty());
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
}

TEST(Approval, ASignatureForOneOrderIsWorthNothingForAnother) {
  RehearsalHouse house;
  const ProposalReply first = house.propose("SBIN"), second = house.propose("TCS");
  const StatementCard a = house.open_card(first.order.order.order_id), b = house.open_card(second.order.order.order_id);
  SignedStatement swapped = house.signed_card(a);
  swapped.statement = b.statement;
  EXPECT_EQ(code_of(house.desk->sign(house.human, swapped)), "SIGNATURE_INVALID");
  EXPECT_TRUE(house.account.placed.empty());
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(b))), "signed");
  EXPECT_EQ(house.account.placed.at(0).symbol, "TCS");
}

TEST(Approval, AnotherKeyAnotherKindAndRubbishAreRefused) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const StatementCard card = house.open_card(proposed.order.order.order_id);
  const auto stranger = RehearsalHouse::key_of(9);
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_by(stranger, card.statement))), "KEY_NOT_ENROLLED");
  SignedStatement posing = house.signed_by(stranger, card.statement);
  posing.key_id = approval_format::key_id_of(house.key.public_key());
  EXPECT_EQ(code_of(house.desk->sign(house.human, posing)), "SIGNATURE_INVALID");
  // Signed as a statement to resume, handed in as one of an order.
  SignedStatement other_kind = house.signed_card(card);
  other_kind.signature = audit_format::to_hex(house.key.sign(approval_format::message_of(approval_format::Kind::kResume, card.statement)));
  EXPECT_EQ(code_of(house.desk->sign(house.human, other_kind)), "SIGNATURE_INVALID");
  for (const std::string& bytes : {std::string(), std::string("{}"), std::string("{\"kind\":\"order\"} "), card.statement + "\n", "[" + card.statement + "]"})
    EXPECT_EQ(code_of(house.desk->sign(house.human, {bytes, other_kind.signature, other_kind.key_id, ""})), "STATEMENT_INVALID") << bytes;
  EXPECT_EQ(code_of(house.desk->sign(house.agent, house.signed_card(card))), "OPERATOR_ONLY");
  EXPECT_TRUE(house.account.placed.empty());
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
}

TEST(Approval, SixtySecondsAreTheWindow) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const StatementCard late = house.open_card(proposed.order.order.order_id);
  house.clock.advance(trading::seconds(61));
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(late))), "STATEMENT_EXPIRED");
  EXPECT_EQ(house.state_of(proposed.order.order.order_id), OrderState::kAwaitingApproval);
  const StatementCard in_time = house.open_card(proposed.order.order.order_id);
  house.clock.advance(trading::seconds(2));
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(in_time))), "signed");
}

TEST(Approval, OfTwoSignedCardsOfOneOrderOneSends) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const StatementCard a = house.open_card(proposed.order.order.order_id), b = house.open_card(proposed.order.order.order_id);
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(a))), "signed");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(b))), "APPROVAL_NOT_WAITING");
  EXPECT_EQ(house.account.placed.size(), 1U);
}

TEST(Approval, ARestartEndsWhatWaits) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const SignedStatement given = house.signed_card(house.open_card(proposed.order.order.order_id));
  house.reopen();
  EXPECT_EQ(house.state_of(proposed.order.order.order_id), OrderState::kVoid);
  EXPECT_EQ(code_of(house.desk->sign(house.human, given)), "STATEMENT_OTHER_BOOT");
  EXPECT_TRUE(house.account.placed.empty());
  EXPECT_TRUE(house.propose("SBIN").proposal);
}

TEST(Approval, AHaltBetweenCardAndSignatureVoidsIt) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const SignedStatement given = house.signed_card(house.open_card(proposed.order.order.order_id));
  ASSERT_TRUE(house.desk->halt(house.human, "stop"));
  EXPECT_EQ(code_of(house.desk->sign(house.human, given)), "APPROVAL_NOT_WAITING");
  EXPECT_EQ(house.state_of(proposed.order.order.order_id), OrderState::kVoid);
  EXPECT_TRUE(house.account.placed.empty());
}

TEST(Approval, AHaltWhileTheWayToTheExchangeIsOpenedKeepsTheOrderHere) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  house.account.on_place = [&] { house.raise_halt(); };
  const auto outcome = house.desk->sign(house.human, house.signed_card(house.open_card(proposed.order.order.order_id)));
  ASSERT_EQ(code_of(outcome), "signed");
  EXPECT_EQ(outcome->order->order.state, OrderState::kNotSent);
  EXPECT_TRUE(house.account.placed.empty());
}

TEST(Approval, OtherLimitsSinceTheCardVoidIt) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const SignedStatement given = house.signed_card(house.open_card(proposed.order.order.order_id));
  ASSERT_TRUE(house.desk->update_trading_config(house.agent, {{"MAX_OPEN_POSITIONS", "4"}}));
  const auto outcome = house.desk->sign(house.human, given);
  EXPECT_EQ(code_of(outcome), "APPROVAL_VOID");
  EXPECT_NE(outcome.error().what.find("LIMITS_CHANGED"), std::string::npos);
  EXPECT_EQ(house.state_of(proposed.order.order.order_id), OrderState::kVoid);
}

TEST(Approval, AVerdictThatChangedVoidsIt) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  const SignedStatement given = house.signed_card(house.open_card(proposed.order.order.order_id));
  house.account.account.book_problem = "the books cannot be read";
  EXPECT_EQ(code_of(house.desk->sign(house.human, given)), "APPROVAL_VOID");
  EXPECT_TRUE(house.account.placed.empty());
}

TEST(Approval, AnUnknownOutcomeStopsEntriesUntilItIsFoundOrSettled) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  house.account.next = Outcome::Kind::kUnknown;
  const std::string id = proposed.order.order.order_id;
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(id)))), "signed");
  EXPECT_EQ(house.state_of(id), OrderState::kUnknown);
  ASSERT_EQ(house.account.placed.size(), 1U);
  const auto refused = house.desk->prepare_order(house.agent, house.entry("TCS"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->order.order.state, OrderState::kRefused);
  EXPECT_FALSE(house.desk->settle_order(house.human, id)) << "only what good reads do not show";
  for (int read = 1; read <= 8; ++read) {
    house.clock.advance(trading::seconds(12));
    house.account.reading = BookReading{read, house.clock.steady_us(), {}, {}};
    ASSERT_TRUE(house.desk->catch_up());
  }
  EXPECT_EQ(house.state_of(id), OrderState::kAbsent);
  EXPECT_EQ(house.desk->prepare_order(house.agent, house.entry("TCS"))->order.order.state, OrderState::kRefused);
  ASSERT_TRUE(house.desk->settle_order(house.human, id));
  house.account.next = Outcome::Kind::kAccepted;
  EXPECT_EQ(house.desk->prepare_order(house.agent, house.entry("TCS"))->order.order.state, OrderState::kAwaitingApproval);
  // It may still be found.
  ExchangeBookRow row;
  row.ordertag = house.account.placed[0].ordertag;
  row.exchange_order_id = "X77";
  row.symbol = "SBIN";
  house.account.reading = BookReading{20, house.clock.steady_us(), {row}, {}};
  ASSERT_TRUE(house.desk->catch_up());
  EXPECT_EQ(house.state_of(id), OrderState::kFound);
}

TEST(Proposals, FiveWaitAndOneASymbol) {
  RehearsalHouse house;
  for (const char* symbol : {"SBIN", "TCS", "INFY", "ITC", "RELIANCE"}) {
    const ProposalReply reply = house.propose(symbol, symbol == std::string("ITC") ? 20 : 2);
    EXPECT_TRUE(reply.proposal) << symbol << " " << reply.order.order.reason;
  }
  EXPECT_EQ(house.desk->prepare_order(house.agent, house.entry("SBIN", 2)).error().code, "PROPOSAL_WAITING");
  EXPECT_EQ(house.desk->prepare_order(house.agent, house.entry("HDFCBANK", 2)).error().code, "PROPOSALS_FULL");
  const auto waiting = RehearsalHouse::must(house.desk->proposals(true, 0));
  ASSERT_EQ(waiting.proposals.size(), 5U);
  ASSERT_TRUE(house.desk->withdraw_proposal(house.agent, waiting.proposals[0].row.token));
  EXPECT_EQ(house.state_of(waiting.proposals[0].order.order_id), OrderState::kWithdrawn);
  EXPECT_TRUE(house.propose("HDFCBANK", 2).proposal);
}

TEST(Proposals, ThirtyMinutesAreTheirLife) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  house.clock.advance(trading::minutes(29));
  EXPECT_EQ(house.desk->approval_status(house.agent, proposed.proposal->row.token)->order.order.state, OrderState::kAwaitingApproval);
  house.clock.advance(trading::minutes(2));
  EXPECT_EQ(house.desk->approval_status(house.agent, proposed.proposal->row.token)->order.order.state, OrderState::kExpired);
  StatementAsk ask;
  ask.order_id = proposed.order.order.order_id;
  EXPECT_EQ(house.desk->open(house.human, ask).error().code, "APPROVAL_NOT_WAITING");
}

TEST(Proposals, ARejectionEndsOneAndSendsNothing) {
  RehearsalHouse house;
  const ProposalReply proposed = house.propose("SBIN");
  ASSERT_TRUE(house.desk->reject(house.human, proposed.order.order.order_id, "not today"));
  EXPECT_EQ(house.state_of(proposed.order.order.order_id), OrderState::kWithdrawn);
  EXPECT_TRUE(house.account.placed.empty());
}

TEST(Proposals, TheSameRequestIdIsOneProposal) {
  RehearsalHouse house;
  ProposalRequest request = house.entry("SBIN");
  request.order.request_id = "r-1";
  const auto first = RehearsalHouse::must(house.desk->prepare_order(house.agent, request));
  const auto again = RehearsalHouse::must(house.desk->prepare_order(house.agent, request));
  EXPECT_EQ(first.proposal->row.token, again.proposal->row.token);
  EXPECT_TRUE(again.order.is_repeated);
  request.order.quantity = trading::Quantity(6);
  EXPECT_EQ(house.desk->prepare_order(house.agent, request).error().code, "REQUEST_ID_REUSED");
}

TEST(Proposals, MarketOrdersAndDeliverySalesAreRefusedAndPaperVerbsToo) {
  RehearsalHouse house;
  ProposalRequest market = house.entry("SBIN");
  market.order.type = trading::OrderType::kMarket;
  market.order.limit_price.reset();
  const auto refused = RehearsalHouse::must(house.desk->prepare_order(house.agent, market));
  EXPECT_EQ(refused.order.order.state, OrderState::kRefused);
  EXPECT_NE(refused.order.order.denials.find("ORDER_TYPE_NOT_ALLOWED"), std::string::npos);
  ProposalRequest sale = house.entry("SBIN");
  sale.order.side = trading::Side::kSell;
  sale.order.product = trading::Product::kDelivery;
  const auto blocked = RehearsalHouse::must(house.desk->prepare_order(house.agent, sale));
  EXPECT_NE(blocked.order.order.denials.find("DELIVERY_SELL_BLOCKED"), std::string::npos);
  EXPECT_EQ(house.desk->place_paper_order(house.agent, house.entry("SBIN").order).error().code, "MODE_NOT_EFFECTIVE");
  EXPECT_EQ(house.desk->reset_paper_account(house.human, "").error().code, "MODE_NOT_EFFECTIVE");
  ASSERT_TRUE(house.desk->block_delivery_sell(house.agent, "SBIN", trading::Quantity(3), "target reached"));
  EXPECT_EQ(RehearsalHouse::must(house.desk->recommendations()).size(), 1U);
  EXPECT_TRUE(house.account.placed.empty());
}

// --- one-time passwords and the quick window ------------------------------------------------------------------------

TEST(SecondFactor, ACodeIsNeededAndGoodForOneTime) {
  RehearsalHouse house({{"TAINTED_MAX_ORDER_VALUE", "50000"}}, true);
  const std::string big = house.propose("SBIN", 20).order.order.order_id;  // above QUICK_APPROVAL_VALUE
  const std::string code = house.totp_at(house.clock.wall_now());
  const StatementCard card = house.open_card(big);
  EXPECT_TRUE(card.needs_totp);
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "TOTP_NEEDED");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card, code == "123456" ? "654321" : "123456"))), "TOTP_WRONG");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card, code))), "signed");
  const std::string other = house.propose("TCS", 5).order.order.order_id;
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(other), code))), "TOTP_USED");
  house.reopen();
  const std::string later = house.propose("ITC", 40).order.order.order_id;
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(later), code))), "TOTP_USED") << "also after a restart";
  house.clock.advance(trading::seconds(31));
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(later), house.totp_at(house.clock.wall_now())))), "signed");
}

TEST(SecondFactor, ACodeIsUsedUpByASignatureThatSentNothing) {
  RehearsalHouse house({}, true);
  const std::string code = house.totp_at(house.clock.wall_now());
  const std::string id = house.propose("SBIN").order.order.order_id;
  const SignedStatement given = house.signed_card(house.open_card(id), code);
  house.account.account.book_problem = "the books cannot be read";
  EXPECT_EQ(code_of(house.desk->sign(house.human, given)), "APPROVAL_VOID");
  house.account.account.book_problem.clear();
  const std::string other = house.propose("TCS").order.order.order_id;
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(other), code))), "TOTP_USED");
}

TEST(SecondFactor, FiveWrongCodesLockForAQuarterOfAnHour) {
  RehearsalHouse house({}, true);
  const std::string id = house.propose("SBIN").order.order.order_id;
  const std::string right = house.totp_at(house.clock.wall_now());
  const std::string wrong = right == "000000" ? "111111" : "000000";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(id), wrong))), "TOTP_WRONG");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(id), right))), "TOTP_LOCKED");
  ASSERT_TRUE(house.desk->reject(house.human, id, ""));
  house.clock.advance(trading::minutes(16));
  const std::string later = house.propose("SBIN").order.order.order_id;
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(house.open_card(later), house.totp_at(house.clock.wall_now())))), "signed");
}

TEST(SecondFactor, WithinAQuarterOfAnHourSmallOrdersNeedTheChallengeOnly) {
  RehearsalHouse house({}, true);
  const std::string first = house.propose("SBIN", 2).order.order.order_id;
  StatementCard card = house.open_card(first);
  EXPECT_FALSE(card.is_quick);
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card, house.totp_at(house.clock.wall_now())))), "signed");
  house.clock.advance(trading::minutes(1));
  const std::string small = house.propose("ITC", 20).order.order.order_id;
  card = house.open_card(small);
  EXPECT_TRUE(card.is_quick);
  EXPECT_FALSE(card.needs_totp);
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
  const std::string big = house.propose("TCS", 5).order.order.order_id;
  EXPECT_TRUE(house.open_card(big).needs_totp) << "above QUICK_APPROVAL_VALUE";
  ASSERT_TRUE(house.desk->reject(house.human, big, ""));
  house.clock.advance(trading::minutes(15));
  const std::string late = house.propose("INFY", 2).order.order.order_id;
  EXPECT_TRUE(house.open_card(late).needs_totp);
}

// --- mandates -------------------------------------------------------------------------------------------------------

MandateTerms mandate_for(const RehearsalHouse& house, std::int64_t entries = 2) {
  MandateTerms terms;
  const trading::OrderRequest order = house.entry("SBIN").order;
  terms.lines.push_back({"SBIN", trading::Side::kBuy, *order.limit_price + part_of(*order.limit_price, trading::Bps(100), trading::Rounding::kHalfUp), trading::Quantity(10)});
  terms.most_entries = entries;
  terms.most_value = trading::Accrual(300'000'000);
  terms.most_loss = trading::Accrual(10'000'000);
  terms.until = house.clock.market_now() + trading::minutes(60);
  return terms;
}

MandateRow begin_mandate(RehearsalHouse& house, const MandateTerms& terms) {
  StatementAsk ask;
  ask.mandate = terms;
  const auto outcome = house.desk->sign(house.human, house.signed_card(RehearsalHouse::must(house.desk->open(house.human, ask))));
  EXPECT_EQ(code_of(outcome), "signed");
  return *outcome->mandate;
}

TEST(Mandates, AnEntryWithinIsSentAtOnceAndItsShareIsSpentForGood) {
  RehearsalHouse house;
  begin_mandate(house, mandate_for(house));
  const ProposalReply sent = house.propose("SBIN", 5);
  EXPECT_FALSE(sent.proposal);
  EXPECT_EQ(sent.order.order.state, OrderState::kAcked);
  EXPECT_EQ(house.account.placed.size(), 1U);
  EXPECT_EQ(house.audited("mandate.used"), 1U);
  EXPECT_TRUE(house.propose("TCS").proposal) << "another symbol waits for the human";
  house.reopen();
  const auto rows = RehearsalHouse::must(house.desk->mandates());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].state, "active");
  EXPECT_EQ(rows[0].used_entries, 1);
  EXPECT_TRUE(rows[0].used_value.is_positive());
}

TEST(Mandates, OneCommandOrAHaltEndsIt) {
  RehearsalHouse house;
  const MandateRow first = begin_mandate(house, mandate_for(house));
  ASSERT_TRUE(house.desk->revoke_mandate(house.human, first.mandate_id));
  EXPECT_TRUE(house.propose("SBIN").proposal);
  EXPECT_TRUE(house.account.placed.empty());
  begin_mandate(house, mandate_for(house));
  ASSERT_TRUE(house.desk->halt(house.human, "stop"));
  ASSERT_TRUE(house.desk->tick());
  EXPECT_EQ(RehearsalHouse::must(house.desk->mandates())[0].state, "void");
}

TEST(Mandates, WhatIsBeyondAnyOfItsBoundsIsOutside) {
  RehearsalHouse house;
  const MandateTerms terms = mandate_for(house, 3);
  MandateRow spent;
  spent.state = "active";
  risk::Facts facts;
  facts.order = house.entry("SBIN").order;
  facts.cls = trading::OrderClass::kEntry;
  facts.market_now = house.clock.market_now();
  ASSERT_TRUE(use_of(terms, spent, facts));
  const auto is_outside = [&](auto change) {
    risk::Facts other = facts;
    MandateRow row = spent;
    change(other, row);
    return !use_of(terms, row, other);
  };
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.order.symbol = "TCS"; }));
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.order.side = trading::Side::kSell; }));
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.order.quantity = trading::Quantity(11); }));
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.order.product = trading::Product::kDelivery; }));
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.order.type = trading::OrderType::kStopLimit; }));
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.order.limit_price = *f.order.limit_price + part_of(*f.order.limit_price, trading::Bps(200), trading::Rounding::kHalfUp); }));
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.order.stop_loss.reset(); })) << "its loss cannot be told";
  EXPECT_TRUE(is_outside([](risk::Facts& f, MandateRow&) { f.cls = trading::OrderClass::kExit; }));
  EXPECT_TRUE(is_outside([&](risk::Facts& f, MandateRow&) { f.market_now = terms.until; }));
  EXPECT_TRUE(is_outside([](risk::Facts&, MandateRow& row) { row.used_entries = 3; }));
  EXPECT_TRUE(is_outside([&](risk::Facts&, MandateRow& row) { row.used_value = terms.most_value; }));
  EXPECT_TRUE(is_outside([&](risk::Facts&, MandateRow& row) { row.used_loss = terms.most_loss; }));
  EXPECT_TRUE(is_outside([](risk::Facts&, MandateRow& row) { row.state = "revoked"; }));
}

// --- limits and resuming --------------------------------------------------------------------------------------------

TEST(OperatorBySignature, WithAnApproverTheUidAloneNeitherResumesNorLoosens) {
  RehearsalHouse house;
  ASSERT_TRUE(house.desk->halt(house.human, "lunch"));
  EXPECT_EQ(house.desk->resume(house.human, "back").error().code, "SIGNATURE_NEEDED");
  StatementAsk ask;
  ask.is_resume = true;
  ask.resume_reason = "back";
  const auto resumed = house.desk->sign(house.human, house.signed_card(RehearsalHouse::must(house.desk->open(house.human, ask))));
  ASSERT_EQ(code_of(resumed), "signed");
  EXPECT_EQ(resumed->operator_state->state, "open");
  EXPECT_EQ(house.audited("operator_state.resumed_unsigned"), 0U);
  ASSERT_TRUE(house.desk->set_limit(house.human, "MAX_ORDER_VALUE", "30000", false, false)) << "tighter needs none";
  EXPECT_EQ(house.desk->set_limit(house.human, "MAX_ORDER_VALUE", "40000", false, false).error().code, "LIMIT_NEEDS_SIGNATURE");
  StatementAsk loosen;
  loosen.limits["MAX_ORDER_VALUE"] = "40000";
  ASSERT_EQ(code_of(house.desk->sign(house.human, house.signed_card(RehearsalHouse::must(house.desk->open(house.human, loosen))))), "signed");
  EXPECT_EQ(house.audited("limits.operator_signed"), 1U);
  // Cooling-off: what was signed today counts tomorrow.
  EXPECT_EQ(house.desk->limits().sources.at(risk::Limit::kMaxOrderValue, risk::LimitSource::kOperator).current->value, 3'000'000);
}

TEST(OperatorBySignature, AnotherKeyTakesThePlaceOnlyByASignature) {
  RehearsalHouse house;
  const auto fresh = RehearsalHouse::key_of(8);
  EXPECT_EQ(house.desk->enrol(house.human, audit_format::to_hex(fresh.public_key()), false).error().code, "APPROVER_ENROLLED");
  StatementAsk ask;
  ask.enrol_public = audit_format::to_hex(fresh.public_key());
  const StatementCard card = RehearsalHouse::must(house.desk->open(house.human, ask));
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_by(fresh, card.statement))), "KEY_NOT_ENROLLED");
  EXPECT_EQ(code_of(house.desk->sign(house.human, house.signed_card(card))), "signed");
  EXPECT_EQ(house.desk->approver().key_id, approval_format::key_id_of(fresh.public_key()));
  house.reopen();
  EXPECT_EQ(house.desk->approver().key_id, approval_format::key_id_of(fresh.public_key()));
}

}  // namespace
}  // namespace broker

#include "execution_broker/service/doors.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "broker/v1/approval.pb.h"
#include "broker/v1/audit.pb.h"
#include "broker/v1/config.pb.h"
#include "broker/v1/market.pb.h"
#include "broker/v1/operator.pb.h"
#include "broker/v1/orders.pb.h"
#include "broker/v1/portfolio.pb.h"
#include "broker/v1/risk.pb.h"
#include "broker/v1/session.pb.h"
#include "execution_broker/service/rpc_observer.h"

namespace broker {
namespace {

// Names every generated file, so that the linker keeps its descriptors.
void keep_descriptors() {
  v1::PrepareOrderRequest::descriptor();
  v1::FetchAuditTrailRequest::descriptor();
  v1::GetTradingConfigRequest::descriptor();
  v1::FetchLivePriceRequest::descriptor();
  v1::StatusRequest::descriptor();
  v1::PlacePaperOrderRequest::descriptor();
  v1::FetchPortfolioRequest::descriptor();
  v1::CalculatePositionSizeRequest::descriptor();
  v1::HelloRequest::descriptor();
}

std::set<std::string> rpcs_of_all_protos() {
  keep_descriptors();
  std::set<std::string> methods;
  for (const auto& entry : std::filesystem::directory_iterator(PROTO_FOLDER)) {
    const std::string name = "broker/v1/" + entry.path().filename().string();
    const auto* file = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(name);
    EXPECT_NE(file, nullptr) << name
                             << " is not linked into this test: name one of its messages above";
    if (file == nullptr) continue;
    for (int s = 0; s < file->service_count(); ++s) {
      const auto* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        methods.insert("/" + service->full_name() + "/" + service->method(m)->name());
      }
    }
  }
  return methods;
}

TEST(Doors, EveryRpcOfEveryProtoStandsInTheTableOnce) {
  std::set<std::string> rows;
  for (const DoorRow& row : door_table()) {
    EXPECT_TRUE(rows.insert(std::string(row.method)).second) << row.method << " stands twice";
  }
  EXPECT_EQ(rows, rpcs_of_all_protos());
  EXPECT_LE(door_table().size(), RpcCounters::kRows);
}

TEST(Doors, WhatStandsInNoRowIsNotFound) {
  EXPECT_EQ(find_door_row("/broker.v1.OrderService/DeleteEverything"), nullptr);
  EXPECT_EQ(find_door_row(""), nullptr);
  EXPECT_FALSE(is_service_on(Door::kAgent, "broker.v1.OperatorService"));
  EXPECT_FALSE(is_service_on(Door::kOperator, "broker.v1.MarketService"));
  EXPECT_TRUE(is_service_on(Door::kOperator, "broker.v1.OrderService"));
}

TEST(Doors, TheAgentCanNeitherLoosenNorStopNorMoveTheClock) {
  for (const DoorRow& row : door_table()) {
    EXPECT_TRUE(row.on_agent_door || row.on_operator_door) << row.method;
    if (!row.on_agent_door) continue;
    EXPECT_NE(row.cls, RpcClass::kLoosen) << row.method;
    EXPECT_NE(row.cls, RpcClass::kStop) << row.method;
    EXPECT_NE(row.cls, RpcClass::kClock) << row.method;
    EXPECT_FALSE(row.may_be_long) << row.method;
  }
}

TEST(Doors, ReducingAndReadingRunInEveryState) {
  for (const DoorRow& row : door_table()) {
    const bool must_always_run = row.cls == RpcClass::kExit || row.cls == RpcClass::kCancel ||
                                 row.cls == RpcClass::kStop || row.cls == RpcClass::kRead;
    EXPECT_TRUE(!must_always_run || row.runs_in == RunsIn::kAnyState) << row.method;
  }
}

TEST(Doors, StopsAndCancelsGoFirstAndLongCallsNever) {
  const auto lane = [](const char* method, Door door) {
    return lane_of(*find_door_row(std::string("/broker.v1.") + method), door);
  };
  EXPECT_EQ(lane("OperatorService/Halt", Door::kOperator), DeskLane::kStop);
  EXPECT_EQ(lane("OperatorService/Status", Door::kOperator), DeskLane::kStop);
  EXPECT_EQ(lane("OrderService/CancelPaperOrder", Door::kAgent), DeskLane::kStop);
  EXPECT_EQ(lane("OrderService/PlacePaperOrder", Door::kAgent), DeskLane::kNormal);
  EXPECT_EQ(lane("OperatorService/AdvanceClock", Door::kOperator), DeskLane::kNormal);
}

TEST(Doors, EveryCallOfTheAgentsDoorBelongsToAToolset) {
  for (const DoorRow& row : door_table()) {
    EXPECT_EQ(row.toolsets.empty(), !row.on_agent_door) << row.method;
    EXPECT_TRUE(is_in_toolsets(row, {})) << row.method;
    const std::vector<std::string> all{"all"};
    EXPECT_TRUE(is_in_toolsets(row, all)) << row.method;
  }
  const auto is_allowed = [](const char* method, std::vector<std::string> toolsets) {
    return is_in_toolsets(*find_door_row(std::string("/broker.v1.") + method), toolsets);
  };
  EXPECT_TRUE(is_allowed("OrderService/PlacePaperOrder", {"market", "paper"}));
  EXPECT_FALSE(is_allowed("OrderService/PlacePaperOrder", {"market", "risk"}));
  EXPECT_FALSE(is_allowed("OrderService/PlacePaperOrder", {"pape"}));
  EXPECT_TRUE(is_allowed("SessionService/Hello", {"market"}));
}

TEST(Doors, ThePageHasALineForEachRow) {
  const std::string page = doors_markdown();
  for (const DoorRow& row : door_table()) {
    EXPECT_NE(page.find(row.method.substr(row.method.rfind('/') + 1)), std::string::npos);
  }
}

}  // namespace
}  // namespace broker

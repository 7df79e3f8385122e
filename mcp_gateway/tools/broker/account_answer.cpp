#include "mcp_gateway/tools/broker/account_answer.h"

#include "mcp_gateway/tools/reply.h"

namespace tools {

using nlohmann::json;

namespace {

constexpr int kMostUnreadable = 10;

}  // namespace

void put_account(json& reply, const broker::v1::AccountAnswer& answer) {
  reply["account"] = answer.account();
  reply["complete"] = answer.is_complete();
  if (!answer.is_complete()) {
    json rows = json::array();
    for (int i = 0; i < answer.unreadable_size() && i < kMostUnreadable; ++i) rows.push_back(answer.unreadable(i));
    reply["unreadable"] = rows;
    reply["unreadable_total"] = answer.unreadable_size();
    reply["warning"] =
        "rows of the member's answer could not be read: nothing that is missing here may be taken for flat or absent";
  }
  put_provenance(reply, answer.provenance());
}

json paise_if(bool has, std::int64_t paise) { return has ? rupees_of_paise(paise) : json(); }

}  // namespace tools

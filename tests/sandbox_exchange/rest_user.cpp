// Log-in, tokens, profile, funds.

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/funds.h"
#include "tests/sandbox_exchange/rest_functions.h"

namespace sandbox {

using namespace trading;

namespace {

Answer with_tokens(const Sessions::LogIn& made, const Json& state) {
  if (!made.tokens) return refuse(made.refusal.code, made.refusal.message);
  return answer_with({{"jwtToken", made.tokens->jwt},
                      {"refreshToken", made.tokens->refresh},
                      {"feedToken", made.tokens->feed},
                      {"state", state}});
}

}  // namespace

Answer log_in(Call& call) {
  if (call.strike("Q37")) return refuse("AB1050", "Invalid totp and client combination");
  const std::string client = text_at(call.body, "clientcode");
  const std::string pin = text_at(call.body, "password");
  Account* account = call.world.find_account(client);
  if (account == nullptr || account->api_key != call.request.header("x-privatekey"))
    return refuse("AB1007", "Login Id or password is invalid");
  if (pin.size() != 4) return refuse("AB1002", "Invalid Password Length");
  const Json state = call.body.contains("state") ? call.body["state"] : Json(nullptr);
  return with_tokens(call.world.sessions.log_in(*account, pin, text_at(call.body, "totp"), call.now), state);
}

Answer refresh_tokens(Call& call) {
  return with_tokens(call.world.sessions.refresh(text_at(call.body, "refreshToken"), call.now), nullptr);
}

Answer profile(Call& call) {
  return answer_with({{"clientcode", call.account->client_code},
                      {"name", call.account->name},
                      {"email", ""},
                      {"mobileno", ""},
                      {"exchanges", {"nse_cm", "nse_fo", "bse_cm"}},
                      {"products", {"MARGIN", "MIS", "NRML", "CNC", "CO", "BO"}},
                      {"lastlogintime", call.account->last_login},
                      {"broker", ""}});
}

Answer log_out(Call& call) {
  if (text_at(call.body, "clientcode") != call.account->client_code) return refuse("AB1011", "Client not login");
  call.world.sessions.log_out(call.account->client_code);
  return answer_with("Logout Successfully");
}

Answer funds(Call& call) {
  const std::string available = paise_text(available_paise(*call.account));
  const std::string used = two_decimals(blocked_e4(*call.account));
  Json data{{"net", available},
            {"availablecash", available},
            {"availableintradaypayin", "0.00"},
            {"availablelimitmargin", "0.00"},
            {"collateral", "0.00"},
            {"m2munrealized", "0.00"},
            {"m2mrealized", "0.00"},
            {"utiliseddebits", used},
            {"utilisedspan", nullptr},
            {"utilisedoptionpremium", nullptr},
            {"utilisedholdingsales", nullptr},
            {"utilisedexposure", nullptr},
            {"utilisedturnover", nullptr},
            {"utilisedpayout", available}};
  if (const auto fault = call.strike("Q52")) {
    const bool is_null = fault->text("kind", "zero") == "null";
    for (auto& [key, value] : data.items())
      if (value.is_string()) value = is_null ? Json(nullptr) : Json("0.00");
  }
  return answer_rows(call, data, nullptr, "", "");
}

}  // namespace sandbox

// The real transport against real sockets on loopback.

#include "execution_broker/exchange/smartapi/http/curl_transport.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "execution_broker/exchange/smartapi/http/service_url.h"
#include "tests/execution_broker/exchange/smartapi/small_server.h"

namespace broker::smartapi {
namespace {

using Kind = HttpEnd::Kind;

std::unique_ptr<CurlTransport> open_transport() {
  auto transport = CurlTransport::open();
  EXPECT_TRUE(transport) << transport.error().text();
  return std::move(*transport);
}

HttpRequest post(const std::string& url, bool is_write = false) {
  HttpRequest request;
  request.is_post = true;
  request.url = url;
  request.body = "{}";
  request.is_write = is_write;
  request.total_timeout_ms = 600;
  request.connect_timeout_ms = 500;
  return request;
}

TEST(CurlTransport, AnAnswerWithItsDateAndWithoutCompression) {
  SmallServer server([](int, const std::string&) {
    return SmallServer::Answer{http_answer(403, "Access denied because of exceeding access rate", "Date: Mon, 23 Nov 2026 04:45:02 GMT\r\n")};
  });
  HttpRequest request = post(server.url() + "/a");
  request.headers = {{"X-PrivateKey", "key"}};
  const HttpEnd end = open_transport()->exchange(request);
  EXPECT_EQ(end.kind, Kind::kReply);
  EXPECT_EQ(end.status, 403);
  EXPECT_EQ(end.body, "Access denied because of exceeding access rate");
  EXPECT_EQ(format_ist(*end.server_date), "2026-11-23T10:15:02+05:30");
  const std::string sent = server.requests().at(0);
  EXPECT_EQ(sent.find("POST /a HTTP/1.1\r\n"), 0U);
  EXPECT_NE(sent.find("X-PrivateKey: key\r\n"), std::string::npos);
  EXPECT_EQ(sent.find("Accept-Encoding"), std::string::npos);
  EXPECT_EQ(sent.find("Expect"), std::string::npos);
}

TEST(CurlTransport, RedirectsAreAnswersAndNotFollowed) {
  SmallServer other([](int, const std::string&) { return SmallServer::Answer{http_answer(200, "followed")}; });
  SmallServer server([&](int, const std::string&) { return SmallServer::Answer{http_answer(302, "", "Location: " + other.url() + "/\r\n")}; });
  const HttpEnd end = open_transport()->exchange(post(server.url()));
  EXPECT_EQ(end.kind, Kind::kReply);
  EXPECT_EQ(end.status, 302);
  EXPECT_TRUE(other.requests().empty());
}

TEST(CurlTransport, NothingReachedTheWire) {
  auto transport = open_transport();
  int port = 0;
  {
    SmallServer gone([](int, const std::string&) { return SmallServer::Answer{}; });
    port = std::stoi(gone.url().substr(17));
  }
  EXPECT_EQ(transport->exchange(post("http://127.0.0.1:" + std::to_string(port))).kind, Kind::kNotSent) << "refused";
  EXPECT_EQ(transport->exchange(post("https://no-such-host.invalid")).kind, Kind::kNotSent) << "no such name";
  EXPECT_EQ(transport->exchange(post("http://192.0.2.1")).kind, Kind::kNotSent) << "plain text to the world";
  EXPECT_EQ(transport->exchange(post("ftp://127.0.0.1")).kind, Kind::kNotSent);
  // A server that speaks no TLS: the handshake fails before any byte of the request.
  SmallServer plain([](int, const std::string&) { return SmallServer::Answer{http_answer(200, "x")}; });
  EXPECT_EQ(transport->exchange(post(plain.https_url())).kind, Kind::kNotSent);
  // before_send says no.
  HttpRequest stopped = post(plain.url(), true);
  stopped.before_send = [] { return false; };
  EXPECT_EQ(transport->exchange(stopped).kind, Kind::kNotSent);
  // A header that would smuggle another one in.
  const std::size_t before = plain.requests().size();
  HttpRequest smuggler = post(plain.url());
  smuggler.headers = {{"Authorization", "Bearer a\r\nX-Other: 1"}};
  EXPECT_EQ(transport->exchange(smuggler).kind, Kind::kNotSent);
  EXPECT_EQ(plain.requests().size(), before);
}

TEST(CurlTransport, WhatLeftWithoutAWholeAnswerIsUnknown) {
  struct Case {
    const char* what;
    SmallServer::Answer answer;
  };
  const Case cases[] = {{"closed without an answer", {}},
                        {"half an answer", {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":tr"}},
                        {"too late", {http_answer(200, "{}"), true, 900}},
                        {"no HTTP", {"hello\r\n\r\n"}},
                        {"too large", {http_answer(200, std::string(5'000, 'x'))}}};
  for (const Case& c : cases) {
    SmallServer server([&](int, const std::string&) { return c.answer; });
    HttpRequest request = post(server.url(), true);
    request.most_body_bytes = 4'096;
    const HttpEnd end = open_transport()->exchange(request);
    EXPECT_EQ(end.kind, Kind::kUnknown) << c.what;
    EXPECT_FALSE(end.detail.empty());
    EXPECT_TRUE(end.body.empty());
    EXPECT_EQ(server.requests().size(), 1U) << c.what << ": one attempt";
  }
}

// libcurl repeats a request by itself when a kept-alive connection turns out dead. For a read that
// is harmless; a write must never go out twice.
TEST(CurlTransport, AWriteIsNeverRepeatedOnADeadConnection) {
  SmallServer server([](int number, const std::string&) {
    if (number == 0) return SmallServer::Answer{http_answer(200, "{}"), false};
    return SmallServer::Answer{};  // takes the request and closes without a word
  });
  auto transport = open_transport();
  EXPECT_EQ(transport->exchange(post(server.url())).kind, Kind::kReply);
  EXPECT_EQ(server.connections(), 1);
  const HttpEnd end = transport->exchange(post(server.url(), true));
  EXPECT_EQ(end.kind, Kind::kUnknown);
  EXPECT_EQ(server.requests().size(), 2U) << "one write, one request";
}

// The positive control of the case above: without is_write the library does repeat.
TEST(CurlTransport, AReadOnADeadConnectionIsRepeatedByTheLibrary) {
  SmallServer server([](int number, const std::string&) {
    if (number == 0) return SmallServer::Answer{http_answer(200, "{}"), false};
    return SmallServer::Answer{};
  });
  auto transport = open_transport();
  EXPECT_EQ(transport->exchange(post(server.url())).kind, Kind::kReply);
  EXPECT_EQ(transport->exchange(post(server.url())).kind, Kind::kUnknown);
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(CurlTransport, ProxiesOfTheEnvironmentAreIgnored) {
  SmallServer proxy([](int, const std::string&) { return SmallServer::Answer{http_answer(200, "proxied")}; });
  SmallServer server([](int, const std::string&) { return SmallServer::Answer{http_answer(200, "direct")}; });
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) ::setenv(name, proxy.url().c_str(), 1);
  const HttpEnd end = open_transport()->exchange(post(server.url()));
  EXPECT_EQ(end.body, "direct");
  EXPECT_TRUE(proxy.requests().empty());
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
}

TEST(CurlTransport, ABodyInPieces) {
  SmallServer server([](int, const std::string&) { return SmallServer::Answer{http_answer(200, std::string(100'000, 'x'))}; });
  HttpRequest request = post(server.url());
  std::size_t total = 0;
  request.sink = [&](std::string_view bytes) {
    total += bytes.size();
    return true;
  };
  EXPECT_EQ(open_transport()->exchange(request).kind, Kind::kReply);
  EXPECT_EQ(total, 100'000U);
  request.sink = [](std::string_view) { return false; };
  EXPECT_EQ(open_transport()->exchange(request).kind, Kind::kUnknown);
}

TEST(ServiceUrl, PlainTextIsForLoopbackAlone) {
  EXPECT_EQ(parse_service_url(UrlKind::kHttp, "https://apiconnect.angelone.in")->port, 443);
  EXPECT_EQ(parse_service_url(UrlKind::kWebSocket, "wss://smartapisocket.angelone.in/smart-stream")->path, "/smart-stream");
  EXPECT_TRUE(parse_service_url(UrlKind::kHttp, "http://[::1]:8080/x")->is_loopback);
  EXPECT_EQ(parse_service_url(UrlKind::kHttp, "http://[::1]:8080/x")->authority(), "[::1]:8080");
  for (const char* bad : {"http://example.com", "ws://127.0.0.1", "http://127.0.0.1.example.com", "https://user@127.0.0.1", "https://", "https://a b", "https://h:0",
                          "https://h:99999", "https://h:1x", "http://localhost.example.com", "http://127.0.0.2", "//x", "https://[::1", "https://h#f", "https://h\\@x"})
    EXPECT_FALSE(parse_service_url(UrlKind::kHttp, bad)) << bad;
}

}  // namespace
}  // namespace broker::smartapi

#include "tests/sandbox_exchange/test_ca.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <boost/asio/ssl/context.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>

namespace sandbox {

using namespace trading;

namespace {

constexpr char kNames[] =
    "DNS:localhost,DNS:apiconnect.angelone.in,DNS:apiconnect.angelbroking.com,DNS:smartapisocket.angelone.in,"
    "DNS:tns.angelone.in,DNS:margincalculator.angelone.in,DNS:margincalculator.angelbroking.com,"
    "IP:127.0.0.1,IP:127.0.0.11,IP:127.0.0.12,IP:127.0.0.13,IP:127.0.0.14";
// The machine's clock and the exchange's can be years apart: valid for long, from long ago.
constexpr char kNotBefore[] = "20100101000000Z";
constexpr char kNotAfter[] = "20491231235959Z";

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void extend(X509* certificate, X509* issuer, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  if (X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value)) {
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
}

Certificate certificate_of(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate certificate(X509_new());
  X509* x = certificate.get();
  X509_set_version(x, 2);
  std::uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set(X509_get_serialNumber(x), static_cast<long>(serial));
  ASN1_TIME_set_string_X509(X509_getm_notBefore(x), kNotBefore);
  ASN1_TIME_set_string_X509(X509_getm_notAfter(x), kNotAfter);
  X509_set_pubkey(x, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  const bool is_own = issuer == nullptr;
  X509_set_issuer_name(x, X509_get_subject_name(is_own ? x : issuer));
  extend(x, is_own ? x : issuer, NID_basic_constraints, is_own ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE");
  extend(x, is_own ? x : issuer, NID_key_usage, is_own ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  extend(x, is_own ? x : issuer, NID_subject_key_identifier, "hash");
  if (!is_own) {
    extend(x, issuer, NID_authority_key_identifier, "keyid");
    extend(x, issuer, NID_ext_key_usage, "serverAuth");
    extend(x, issuer, NID_subject_alt_name, kNames);
  }
  X509_sign(x, issuer_key, EVP_sha256());
  return certificate;
}

bool write_pem(const std::string& path, const std::function<int(FILE*)>& write, mode_t mode) {
  FILE* file = std::fopen(path.c_str(), "wx");
  if (file == nullptr) return false;
  const bool is_written = ::chmod(path.c_str(), mode) == 0 && write(file) == 1;
  return std::fclose(file) == 0 && is_written;
}

}  // namespace

Status make_test_ca(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (!fs::exists(folder, failed)) {
    fs::create_directories(folder, failed);
    if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  }
  if (failed) return make_error("TLS_FOLDER", folder + ": " + failed.message(), "give --tls a folder that can be written");
  const std::string ca_path = folder + "/ca.pem";
  if (fs::exists(ca_path) && fs::exists(folder + "/server.pem") && fs::exists(folder + "/server.key")) return {};
  const Key ca_key(EVP_EC_gen("P-256"));
  const Key server_key(EVP_EC_gen("P-256"));
  const Certificate ca = certificate_of(ca_key.get(), "Sandbox exchange test CA", nullptr, ca_key.get());
  const Certificate server = certificate_of(server_key.get(), "sandbox exchange", ca.get(), ca_key.get());
  const bool is_written =
      write_pem(ca_path, [&](FILE* f) { return PEM_write_X509(f, ca.get()); }, 0644) &&
      write_pem(folder + "/server.pem", [&](FILE* f) { return PEM_write_X509(f, server.get()); }, 0644) &&
      write_pem(folder + "/server.key",
                [&](FILE* f) { return PEM_write_PrivateKey(f, server_key.get(), nullptr, nullptr, 0, nullptr, nullptr); }, 0600);
  if (!is_written)
    return make_error("TLS_FOLDER", "the certificates could not be written into " + folder,
                      "empty the folder: files of an earlier start may be there in part");
  return {};
}

Result<std::shared_ptr<boost::asio::ssl::context>> tls_context(const std::string& folder) {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code failed;
  context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::default_workarounds, failed);
  if (!failed) context->use_certificate_chain_file(folder + "/server.pem", failed);
  if (!failed) context->use_private_key_file(folder + "/server.key", ssl::context::pem, failed);
  if (failed) return make_error("TLS_FILES", folder + ": " + failed.message(), "empty the folder and start again");
  return context;
}

}  // namespace sandbox

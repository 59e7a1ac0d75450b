#include "api/tls_certificate.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>

namespace huiban::api {
namespace {

constexpr long kDays = 825;  // the longest that browsers take from a private authority

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

std::set<std::string> names_of_this_machine(const std::vector<std::string>& extra) {
  std::set<std::string> names{"DNS:localhost", "IP:127.0.0.1"};
  char host[256] = "";
  if (gethostname(host, sizeof host - 1) == 0 && host[0] != '\0')
    names.insert(std::string("DNS:") + host);
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) == 0) {
    for (const ifaddrs* at = list; at; at = at->ifa_next) {
      char text[INET6_ADDRSTRLEN] = "";
      if (!at->ifa_addr) continue;
      if (at->ifa_addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(at->ifa_addr)->sin_addr, text,
                  sizeof text);
      else if (at->ifa_addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &reinterpret_cast<sockaddr_in6*>(at->ifa_addr)->sin6_addr, text,
                  sizeof text);
      if (text[0] != '\0') names.insert(std::string("IP:") + text);
    }
    freeifaddrs(list);
  }
  for (const auto& name : extra) {
    in6_addr address{};
    const bool ip = inet_pton(AF_INET, name.c_str(), &address) == 1 ||
                    inet_pton(AF_INET6, name.c_str(), &address) == 1;
    if (!name.empty() && name.find_first_of(",:/ ") == std::string::npos)
      names.insert((ip ? "IP:" : "DNS:") + name);
  }
  return names;
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (!extension) return false;
  const bool ok = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return ok;
}

Result<void> cannot_write(const std::string& path) {
  const std::string why = std::strerror(errno);
  return fail(ErrorCode::kUnavailable, "无法写入证书文件 " + path + "：" + why,
              "Cannot write the certificate file " + path + ": " + why);
}

Result<void> write_file(const std::string& path, mode_t mode, BIO* content) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return cannot_write(path);
  char* data = nullptr;
  const long size = BIO_get_mem_data(content, &data);
  const bool ok = write(fd, data, static_cast<std::size_t>(size)) == size && fsync(fd) == 0;
  close(fd);
  if (!ok) return cannot_write(path);
  return {};
}

Result<void> make(const std::string& certificate_path, const std::string& key_path,
                  const std::vector<std::string>& extra) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate certificate(X509_new(), X509_free);
  unsigned char serial[16];
  RAND_bytes(serial, sizeof serial);
  serial[0] &= 0x7f;
  bool ok = key && certificate && X509_set_version(certificate.get(), 2) == 1;
  if (ok) {
    BIGNUM* number = BN_bin2bn(serial, sizeof serial, nullptr);
    ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get()));
    BN_free(number);
  }
  if (ok) {
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -24L * 3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kDays * 24 * 3600);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>("Huiban 会办"), -1, -1, 0);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    std::string names;
    for (const auto& one : names_of_this_machine(extra)) names += (names.empty() ? "" : ",") + one;
    ok = X509_set_issuer_name(certificate.get(), name) == 1 &&
         X509_set_pubkey(certificate.get(), key.get()) == 1 &&
         add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate.get(), NID_subject_key_identifier, "hash") &&
         add_extension(certificate.get(), NID_subject_alt_name, names) &&
         X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0;
  }
  const Bio key_pem(BIO_new(BIO_s_mem()), BIO_free_all), pem(BIO_new(BIO_s_mem()), BIO_free_all);
  ok = ok &&
       PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
           1 &&
       PEM_write_bio_X509(pem.get(), certificate.get()) == 1;
  if (!ok)
    return fail(ErrorCode::kUnavailable, "无法生成 HTTPS 证书", "Cannot make an HTTPS certificate");
  HUIBAN_CHECK(write_file(key_path, 0600, key_pem.get()));
  HUIBAN_CHECK(write_file(certificate_path, 0644, pem.get()));
  spdlog::info("made a self-signed certificate: {}", certificate_path);
  return {};
}

Result<void> check(const std::string& certificate_path, const std::string& key_path) {
  const Bio certificate_file(BIO_new_file(certificate_path.c_str(), "r"), BIO_free_all);
  const Certificate certificate(
      certificate_file ? PEM_read_bio_X509(certificate_file.get(), nullptr, nullptr, nullptr)
                       : nullptr,
      X509_free);
  if (!certificate)
    return fail(ErrorCode::kUnavailable, "证书文件 " + certificate_path + " 不是可读的 PEM 证书",
                "The file " + certificate_path + " is not a readable PEM certificate");
  const Bio key_file(BIO_new_file(key_path.c_str(), "r"), BIO_free_all);
  const Key key(
      key_file ? PEM_read_bio_PrivateKey(key_file.get(), nullptr, nullptr, nullptr) : nullptr,
      EVP_PKEY_free);
  if (!key)
    return fail(ErrorCode::kUnavailable, "私钥文件 " + key_path + " 不是可读的 PEM 私钥",
                "The file " + key_path + " is not a readable PEM private key");
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return fail(
        ErrorCode::kUnavailable, "证书 " + certificate_path + " 与私钥 " + key_path + " 不匹配",
        "The certificate " + certificate_path + " and the key " + key_path + " do not match");
  if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0)
    return fail(ErrorCode::kUnavailable,
                "证书 " + certificate_path + " 已过期，请更换或删除后重新启动",
                "The certificate " + certificate_path +
                    " has expired; replace it, or delete it and start again");
  return {};
}

}  // namespace

Result<void> ensure_certificate(const std::string& certificate, const std::string& private_key,
                                const std::vector<std::string>& extra_names) {
  if (certificate.empty() || private_key.empty())
    return fail(ErrorCode::kUnavailable, "启用 HTTPS 需要在配置中写明证书与私钥文件",
                "HTTPS needs the certificate and private key files in the configuration");
  const bool has_certificate = access(certificate.c_str(), F_OK) == 0;
  const bool has_key = access(private_key.c_str(), F_OK) == 0;
  if (has_certificate != has_key) {
    const std::string& missing = has_certificate ? private_key : certificate;
    return fail(ErrorCode::kUnavailable, "缺少文件 " + missing + "：证书与私钥必须同时存在",
                "The file " + missing + " is missing: certificate and key must both exist");
  }
  if (!has_certificate) HUIBAN_CHECK(make(certificate, private_key, extra_names));
  return check(certificate, private_key);
}

}  // namespace huiban::api

#include "store/file_evidence.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace huiban::store {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> not_written(const std::string& why) {
  return fail(ErrorCode::kStorage, "证据文件没有存上，请检查磁盘空间",
              "The evidence file was not written; check the disk", why);
}

std::string sha256(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr const char* kDigits = "0123456789abcdef";
    hex += kDigits[hash[i] >> 4];
    hex += kDigits[hash[i] & 15];
  }
  return hex;
}

bool is_name(const std::string& name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// Written and synced, or gone.
bool write_file(const std::string& path, const std::string& bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto wrote = ::write(file, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) break;
    done += std::size_t(wrote);
  }
  const bool whole = done == bytes.size() && ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  if (!whole || !closed) ::unlink(path.c_str());
  return whole && closed;
}

}  // namespace

std::string FileEvidence::path_of(const std::string& name) const {
  return folder_ + "/" + name.substr(0, 2) + "/" + name.substr(2);
}

Result<std::string> FileEvidence::put(const std::string& bytes) {
  auto name = sha256(bytes);
  const auto path = path_of(name);
  std::error_code failed;
  if (fs::exists(path, failed)) return name;
  fs::create_directories(fs::path(path).parent_path(), failed);
  if (failed) return not_written(failed.message());
  if (!write_file(path + ".part", bytes)) return not_written(std::strerror(errno));
  fs::rename(path + ".part", path, failed);
  if (failed) return not_written(failed.message());
  return name;
}

Result<std::string> FileEvidence::get(const std::string& name) {
  std::ifstream file;
  if (is_name(name)) file.open(path_of(name), std::ios::binary);
  if (!file.is_open())
    return fail(ErrorCode::kNotFound, "没有这份证据，可能已过保存期",
                "This evidence is not there; it may be past its retention");
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Result<void> FileEvidence::drop(const std::string& name) {
  std::error_code failed;
  if (is_name(name)) fs::remove(path_of(name), failed);
  if (failed) return not_written(failed.message());
  return {};
}

}  // namespace huiban::store

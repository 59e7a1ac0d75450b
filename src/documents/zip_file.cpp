#include "documents/zip_file.h"

#include <zip.h>

namespace huiban::documents {

namespace {

tl::unexpected<Error> failed(const std::string& what) {
  return fail(ErrorCode::kInternal, "文件打包失败", "The file could not be packed", what);
}

}  // namespace

Result<std::string> make_zip(const std::vector<std::pair<std::string, std::string>>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* buffer = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (!buffer) return failed(zip_error_strerror(&error));
  zip_t* zip = zip_open_from_source(buffer, ZIP_TRUNCATE, &error);
  if (!zip) {
    zip_source_free(buffer);
    return failed(zip_error_strerror(&error));
  }
  zip_source_keep(buffer);
  bool added = true;
  for (const auto& [name, content] : parts) {
    zip_source_t* source = zip_source_buffer(zip, content.data(), content.size(), 0);
    added = added && source && zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0;
  }
  if (!added || zip_close(zip) != 0) {
    const std::string why = zip_strerror(zip);
    zip_discard(zip);
    zip_source_free(buffer);
    return failed(why);
  }
  std::string bytes;
  zip_stat_t stat;
  if (zip_source_stat(buffer, &stat) == 0 && zip_source_open(buffer) == 0) {
    bytes.resize(stat.size);
    const auto read = zip_source_read(buffer, bytes.data(), bytes.size());
    zip_source_close(buffer);
    if (read != zip_int64_t(bytes.size())) bytes.clear();
  }
  zip_source_free(buffer);
  if (bytes.empty()) return failed("cannot read the archive back");
  return bytes;
}

}  // namespace huiban::documents

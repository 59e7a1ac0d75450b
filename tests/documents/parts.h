#pragma once
// A part of a made DOCX or XLSX, unpacked from memory and parsed.
#include <zip.h>

#include <catch2/catch.hpp>
#include <pugixml.hpp>
#include <string>

namespace huiban::test {

inline std::string part_text(const std::string& file, const char* name) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
  zip_t* zip = zip_open_from_source(source, ZIP_RDONLY, &error);
  REQUIRE(zip);
  zip_stat_t stat;
  INFO(name);
  REQUIRE(zip_stat(zip, name, 0, &stat) == 0);
  std::string text(stat.size, '\0');
  zip_file_t* part = zip_fopen(zip, name, 0);
  REQUIRE(part);
  CHECK(zip_fread(part, text.data(), text.size()) == zip_int64_t(text.size()));
  zip_fclose(part);
  zip_discard(zip);
  return text;
}

inline void parse_part(const std::string& file, const char* name, pugi::xml_document& xml) {
  const auto parsed = xml.load_string(part_text(file, name).c_str());
  INFO(name << ": " << parsed.description());
  REQUIRE(parsed);
}

}  // namespace huiban::test

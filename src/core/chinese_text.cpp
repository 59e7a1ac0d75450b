#include "core/chinese_text.h"

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace huiban {

namespace {

bool is_ascii_letter_or_digit(UChar32 c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// The first letter of a character's reading, or 0. The transliterator is made once, some 20 ms, and
// its use is not thread-safe; what was read once is kept, at most a letter for each Han character.
char first_letter_of(UChar32 character) {
  static std::mutex mutex;
  static std::unordered_map<UChar32, char> read;
  const std::lock_guard lock(mutex);
  if (const auto found = read.find(character); found != read.end()) return found->second;
  static const auto to_latin = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Han-Latin; Latin-ASCII", UTRANS_FORWARD, status));
  }();
  if (!to_latin) return 0;
  icu::UnicodeString text(character);
  to_latin->transliterate(text);
  const auto first = text.isEmpty() ? 0 : text.char32At(0);
  return read[character] =
             is_ascii_letter_or_digit(first) ? static_cast<char>(u_tolower(first)) : 0;
}

}  // namespace

std::string pinyin_initials(std::string_view utf8) {
  const auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  std::string initials;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (is_ascii_letter_or_digit(c)) {
      initials += static_cast<char>(u_tolower(c));
      continue;
    }
    if (!u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC)) continue;
    if (const char letter = first_letter_of(c)) initials += letter;
  }
  return initials;
}

std::optional<std::string> from_gb18030(std::string_view bytes) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(ucnv_open("gb18030", &status),
                                                                     &ucnv_close);
  if (U_FAILURE(status)) return std::nullopt;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::vector<UChar> text(bytes.size() + 1);
  const auto length =
      ucnv_toUChars(converter.get(), text.data(), static_cast<std::int32_t>(text.size()),
                    bytes.data(), static_cast<std::int32_t>(bytes.size()), &status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string utf8;
  return icu::UnicodeString(text.data(), length).toUTF8String(utf8);
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    UChar32 c = 0;
    U8_NEXT(bytes.data(), i, bytes.size(), c);
    if (c < 0) return false;
  }
  return true;
}

}  // namespace huiban

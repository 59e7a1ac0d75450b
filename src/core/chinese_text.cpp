#include "core/chinese_text.h"

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <memory>
#include <mutex>
#include <vector>

namespace huiban {

namespace {

// Made once, some 20 ms; its use is not thread-safe.
std::string reading_of(const icu::UnicodeString& character) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  static const auto to_latin = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Han-Latin; Latin-ASCII", UTRANS_FORWARD, status));
  }();
  if (!to_latin) return {};
  icu::UnicodeString text(character);
  to_latin->transliterate(text);
  std::string utf8;
  return text.toUTF8String(utf8);
}

bool is_ascii_letter_or_digit(UChar32 c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
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
    const auto reading = reading_of(icu::UnicodeString(c));
    if (!reading.empty() && is_ascii_letter_or_digit(reading.front()))
      initials += static_cast<char>(u_tolower(reading.front()));
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

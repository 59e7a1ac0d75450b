#include "documents/docx_parts.h"

namespace huiban::documents {

namespace {

constexpr const char* kHead = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";

constexpr const char* kTypes =
    R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">)"
    R"(<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>)"
    R"(<Default Extension="xml" ContentType="application/xml"/>)"
    R"(<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>)"
    R"(<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>)"
    R"(<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>)"
    R"(<Override PartName="/word/footer_odd.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>)"
    R"(<Override PartName="/word/footer_even.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>)"
    R"(<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>)"
    R"(</Types>)";

constexpr const char* kPackageRelations =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
    R"(<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>)"
    R"(<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>)"
    R"(</Relationships>)";

constexpr const char* kDocumentRelations =
    R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)"
    R"(<Relationship Id="rIdStyles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>)"
    R"(<Relationship Id="rIdSettings" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/>)"
    R"(<Relationship Id="rIdOdd" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer_odd.xml"/>)"
    R"(<Relationship Id="rIdEven" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer_even.xml"/>)"
    R"(</Relationships>)";

constexpr const char* kMainNamespace =
    R"(xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main")";

std::string styles() {
  return std::string(R"(<w:styles )") + kMainNamespace +
         R"(><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="仿宋_GB2312" w:hAnsi="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/>)"
         R"(<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>)"
         R"(<w:pPrDefault/></w:docDefaults>)"
         // LibreOffice ends a floating table's frame with an empty paragraph of the default style,
         // which would push the imprint up by its height: the default takes no room, and every
         // paragraph of ours names the style Body.
         R"(<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>)"
         R"(<w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr><w:rPr><w:sz w:val="2"/></w:rPr></w:style>)"
         R"(<w:style w:type="paragraph" w:customStyle="1" w:styleId="Body"><w:name w:val="公文正文"/><w:basedOn w:val="Normal"/><w:qFormat/>)"
         R"(<w:pPr><w:spacing w:line="579" w:lineRule="exact"/></w:pPr><w:rPr><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style></w:styles>)";
}

std::string settings() {
  return std::string(R"(<w:settings )") + kMainNamespace +
         R"(><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>)"
         R"(<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>)";
}

// — 1 — in 四号 half-width 宋体; odd pages right −1 character, even pages left +1.
std::string footer(bool odd) {
  const std::string run =
      R"(<w:r><w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>)";
  const std::string place = odd ? R"(<w:ind w:right="280"/><w:jc w:val="right"/>)"
                                : R"(<w:ind w:left="280"/><w:jc w:val="left"/>)";
  return std::string(R"(<w:ftr )") + kMainNamespace +
         R"(><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="280" w:lineRule="exact"/>)" +
         place + "</w:pPr>" + run + R"(<w:t xml:space="preserve">— </w:t></w:r>)" + run +
         R"(<w:fldChar w:fldCharType="begin"/></w:r>)" + run +
         R"(<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>)" + run +
         R"(<w:fldChar w:fldCharType="separate"/></w:r>)" + run + R"(<w:t>1</w:t></w:r>)" + run +
         R"(<w:fldChar w:fldCharType="end"/></w:r>)" + run +
         R"(<w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>)";
}

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string core_properties(const std::string& title) {
  return R"(<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" )"
         R"(xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>)" +
         escaped(allowed_in_xml(title)) + "</dc:title></cp:coreProperties>";
}

}  // namespace

std::string allowed_in_xml(const std::string& utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') continue;
    const bool noncharacter = utf8.compare(i, 2, "\xEF\xBF") == 0 && i + 2 < utf8.size() &&
                              static_cast<unsigned char>(utf8[i + 2]) >= 0xBE;  // U+FFFE, U+FFFF
    if (noncharacter) {
      i += 2;
      continue;
    }
    out += utf8[i];
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> docx_fixed_parts(const std::string& title) {
  const std::string head = kHead;
  return {{"[Content_Types].xml", head + kTypes},
          {"_rels/.rels", head + kPackageRelations},
          {"word/_rels/document.xml.rels", head + kDocumentRelations},
          {"word/styles.xml", head + styles()},
          {"word/settings.xml", head + settings()},
          {"word/footer_odd.xml", head + footer(true)},
          {"word/footer_even.xml", head + footer(false)},
          {"docProps/core.xml", head + core_properties(title)}};
}

}  // namespace huiban::documents

#include "documents/minutes_document.h"

#include "documents/docx.h"
#include "documents/official_parts.h"

namespace huiban::documents {

namespace {

void add_head(Docx& docx, const domain::MinutesDraft& draft) {
  add_mark_and_number(docx, draft.mark, draft.number);
  ParagraphForm maker;
  maker.align = ParagraphForm::Align::kLeft;
  maker.left = maker.right = kChar;
  maker.right_tab = kTypeWidth - kChar;
  docx.add_paragraph(maker,
                     {{draft.maker + "\t" + draft.date, "仿宋_GB2312", kBodyHalfPoints, ""}});
  add_red_line(docx);
  add_title(docx, draft.title);
}

void add_body(Docx& docx, const domain::MinutesDraft& draft) {
  using Kind = domain::MinutesParagraph::Kind;
  for (const auto& paragraph : draft.paragraphs) {
    ParagraphForm form;
    form.first_line_chars = 2;
    form.keep_next = paragraph.kind == Kind::kHeading;
    docx.add_paragraph(form,
                       {{paragraph.text, paragraph.kind == Kind::kHeading ? "黑体" : "仿宋_GB2312",
                         kBodyHalfPoints, ""}});
  }
}

// 出席： in 黑体, two characters in; wrapped lines stand under the first character after the colon.
void add_attendance(Docx& docx, const domain::MinutesDraft& draft) {
  if (draft.attendance.empty()) return;
  docx.add_blank_line();
  for (const auto& line : draft.attendance) {
    const int label = int(characters(line.label).size()) + 1;
    ParagraphForm form;
    form.align = ParagraphForm::Align::kLeft;
    form.left = (2 + label) * kChar;
    form.hanging = label * kChar;
    docx.add_paragraph(form, {{line.label + "：", "黑体", kBodyHalfPoints, ""},
                              {line.text, "仿宋_GB2312", kBodyHalfPoints, ""}});
  }
}

}  // namespace

Result<std::string> minutes_docx(const domain::MinutesDraft& draft) {
  Docx docx;
  add_head(docx, draft);
  add_body(docx, draft);
  add_attendance(docx, draft);
  docx.add_imprint({draft.copies_to, draft.printed_by, draft.printed_on});
  return docx.finish(draft.title);
}

}  // namespace huiban::documents

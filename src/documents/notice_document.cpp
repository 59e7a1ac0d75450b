#include "documents/notice_document.h"

#include "documents/docx.h"
#include "documents/official_parts.h"

namespace huiban::documents {

namespace {

void add_line(Docx& docx, ParagraphForm form, const std::string& text,
              const char* font = "仿宋_GB2312") {
  docx.add_paragraph(form, {{text, font, kBodyHalfPoints, ""}});
}

// In characters of the body; digits are half as wide.
double width_of(const std::string& text) {
  double width = 0;
  for (const auto& c : characters(text)) width += c.size() == 1 ? 0.5 : 1;
  return width;
}

// Without seal (clause 7.3.5.2): the name two characters from the right, the date under it begins
// two characters further in. A date longer than the name stands two from the right instead.
void add_signature(Docx& docx, const domain::NoticeDraft& draft) {
  docx.add_blank_line();
  docx.add_blank_line();
  const double name = width_of(draft.signature), date = width_of(draft.date);
  const double name_right = date > name ? 4 + date - name : 2;
  ParagraphForm form;
  form.align = ParagraphForm::Align::kRight;
  form.keep_next = true;
  form.right = int(name_right * kChar);
  add_line(docx, form, draft.signature);
  // Placed by its left end: programs put a little space between digits and characters.
  form.align = ParagraphForm::Align::kLeft;
  form.keep_next = false;
  form.right = -2 * kChar;  // a font with wide digits keeps the date on one line
  form.left = kTypeWidth - int((name_right + name - 2) * kChar);
  add_line(docx, form, draft.date);
}

}  // namespace

Result<std::string> notice_docx(const domain::NoticeDraft& draft) {
  Docx docx;
  add_mark_and_number(docx, draft.mark, draft.number);
  add_red_line(docx);
  add_title(docx, draft.title);
  ParagraphForm addressee;
  addressee.align = ParagraphForm::Align::kLeft;
  add_line(docx, addressee, draft.addressee + "：");
  for (const auto& paragraph : draft.paragraphs) {
    ParagraphForm form;
    form.first_line_chars = 2;
    form.keep_next = paragraph.heading;
    add_line(docx, form, paragraph.text, paragraph.heading ? "黑体" : "仿宋_GB2312");
  }
  add_signature(docx, draft);
  ParagraphForm note;
  note.first_line_chars = 2;
  add_line(docx, note, draft.contact);
  return docx.finish(draft.title);
}

}  // namespace huiban::documents

#include "documents/attendance_workbook.h"

#include "documents/attendance_rows.h"
#include "documents/workbook.h"

namespace huiban::documents {

Result<std::string> attendance_xlsx(const domain::MeetingFacts& facts) {
  const auto sheet = attendance_sheet(facts);
  auto book = HUIBAN_TRY(Workbook::create("签到表", sheet.heading,
                                          {{"序号", 7},
                                           {"单位", 20},
                                           {"职务", 22},
                                           {"姓名", 12},
                                           {"会场", 10},
                                           {"应到/实到", 13},
                                           {"签到时间", 12},
                                           {"状态", 12},
                                           {"签名", 14},
                                           {"备注", 16}}));
  int number = 0;
  for (const auto& row : sheet.rows) {
    if (row.subtotal) {
      book.wide_row(row.text, false);
      continue;
    }
    book.number(++number);
    book.text(row.unit);
    book.text(row.posts);
    book.text(row.name);
    book.text(row.venue);
    book.text(row.figure);
    if (row.signed_at)
      book.time(*row.signed_at, facts.utc_offset);
    else
      book.blank();
    book.text(row.status);
    book.blank();
    book.text(row.remark);
    book.next_row();
  }
  for (const auto& sums : sheet.sums) book.wide_row(sums, true);
  return book.finish();
}

}  // namespace huiban::documents

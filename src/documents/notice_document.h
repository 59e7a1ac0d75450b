#pragma once
// 会议通知 in the general form of GB/T 9704-2012: mark, number, title, addressee, body, signature
// without seal. Pure.
#include <string>

#include "core/result.h"
#include "domain/notice.h"

namespace huiban::documents {

Result<std::string> notice_docx(const domain::NoticeDraft& draft);

}  // namespace huiban::documents

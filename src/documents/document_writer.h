#pragma once
// Facts in, file bytes out: DOCX by WordprocessingML, XLSX by libxlsxwriter. Any worker thread, no
// state.
#include <memory>

#include "domain/minutes.h"
#include "domain/ports.h"

namespace huiban::documents {

std::unique_ptr<domain::DocumentWriter> create_document_writer();

}  // namespace huiban::documents

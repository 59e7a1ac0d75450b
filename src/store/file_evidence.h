#pragma once
// Evidence files in a folder beside the database, named by the SHA-256 of what they contain.
// Control thread.
#include <string>

#include "domain/ports.h"

namespace huiban::store {

class FileEvidence final : public domain::EvidenceStore {
 public:
  explicit FileEvidence(std::string folder) : folder_(std::move(folder)) {}
  Result<std::string> put(const std::string& bytes) override;
  Result<std::string> get(const std::string& name) override;
  Result<void> drop(const std::string& name) override;

 private:
  std::string path_of(const std::string& name) const;
  std::string folder_;  // made with the first file
};

}  // namespace huiban::store

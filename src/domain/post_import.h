#pragma once
// Rows of 人员职务: which post a row means, who holds it from when. Inside of domain.
#include <map>
#include <string>
#include <vector>

#include "domain/table_reader.h"

namespace huiban::domain {

class PostImport {
 public:
  PostImport(Directory& directory, std::vector<ImportProblem>& problems,
             std::vector<ImportProblem>& notices, std::chrono::year_month_day today)
      : d_(directory), problems_(problems), notices_(notices), today_(today) {}

  // named: the rows that records were taken by so far; the row's post is added.
  void read(TableRow& row, std::map<std::string, int>& named);
  // The post that a cell names: 副镇长, 副镇长（2）, 城运办 主任, or its holder's name.
  std::optional<PostId> leader(TableRow& row, const char* column) const;

 private:
  Post* find_post(const TableRow& row, const Unit& unit, const std::map<std::string, int>& named);
  Tenure* running(Post& post) const;
  void read_holder(TableRow& row, Post& post);
  void set_holder(TableRow& row, Post& post, const std::string& name);
  void end_tenure(TableRow& row, Post& post, std::chrono::year_month_day last);
  PersonId person_named(TableRow& row, const std::string& name, const std::string& mobile);
  std::string holder_name(const Post& post) const;

  Directory& d_;
  std::vector<ImportProblem>& problems_;
  std::vector<ImportProblem>& notices_;
  std::chrono::year_month_day today_;
};

// Takes out what refers to units, posts and kinds that are no longer there.
void drop_dangling(Directory& directory);

}  // namespace huiban::domain

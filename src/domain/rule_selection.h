#pragma once
// What one attendance rule names: its units, and which of their posts. Pure; used by
// expected_list.cpp.
#include <vector>

#include "core/result.h"
#include "domain/agenda.h"
#include "domain/directory.h"

namespace huiban::domain {

// Invalid: an unknown kind, committee, alias, unit, post or class, or a unit that never attends;
// the message names the rule by its place in the plan (from 1) and the word that is wrong.
Result<void> check_rule(const Directory& directory, const AttendanceRule& rule, std::size_t index);

// Each unit once and in office order, however many selectors name it.
std::vector<const Unit*> units_of_rule(const Directory& directory, const AttendanceRule& rule);

// Of a rule by titles or by class; not for 负责人, where a seat belongs to the unit.
bool rule_wants(const Directory& directory, const AttendanceRule& rule, const Post& post);

// 负责人, or another class of which each unit sends one.
bool is_any_head(const Directory& directory, const AttendanceRule& rule);

}  // namespace huiban::domain

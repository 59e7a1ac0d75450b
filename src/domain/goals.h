#pragma once
// 争先目标 in three tiers (保五争三拼第一). Pure.
#include "domain/agenda.h"

namespace huiban::domain {

// The best tier that a place meets: "best" 拼, "strive" 争, "keep" 保, "missed"; "none" without a
// place.
inline const char* tier_of(const RankingGoal& goal, int rank) {
  if (rank < 1) return "none";
  if (rank <= goal.best) return "best";
  if (rank <= goal.strive) return "strive";
  return rank <= goal.keep ? "keep" : "missed";
}

}  // namespace huiban::domain

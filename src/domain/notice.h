#pragma once
// The notice of a meeting (会议通知) in the general form of GB/T 9704-2012, for one unit or for all.
// Pure; runs on control or, with copies, on a worker.
#include <optional>
#include <string>
#include <vector>

#include "domain/minutes.h"

namespace huiban::domain {

struct NoticeParagraph {
  bool heading = false;  // 一、会议时间
  std::string text;
};

struct NoticeDraft {
  std::string mark;       // 示例镇党政办公室文件
  std::string number;     // of the meeting: 〔2020〕3号; empty before convening
  std::string title;      // 关于召开…会议的通知
  std::string addressee;  // 主送: 东溪村, 各有关单位
  std::vector<NoticeParagraph> paragraphs;
  std::string signature, date;  // without seal
  std::string contact;          // 附注
};

// How long before the start people sit, and before which a branch tests its line.
inline constexpr std::chrono::minutes kSeatedBefore{10};

// unit: what concerns this unit only, with its own posts and rooms; without: the rules in words.
NoticeDraft draft_notice(const MeetingFacts& facts, std::optional<UnitId> unit);

}  // namespace huiban::domain

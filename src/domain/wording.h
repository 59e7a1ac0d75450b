#pragma once
// The office's words: dates, half-days, numerals, agenda kinds, speakers. Pure.
#include <chrono>
#include <string>
#include <vector>

#include "domain/agenda.h"
#include "domain/directory.h"

namespace huiban::domain {

std::string join(const std::vector<std::string>& words, const char* between = "、");
std::string date_in_words(std::chrono::year_month_day date);  // 2020年5月27日
std::string half_in_words(HalfDay half);                      // 上午, 下午, ""
std::string form_in_words(MeetingForm form);                  // 视频, 现场, 调研
std::string numeral(int n);                                   // 1–99: 一, 十, 十一, 二十三
std::string kind_in_words(AgendaKind kind);                   // 工作部署
std::string item_in_words(const AgendaItem& item);            // 工作部署（防汛防台）
// Unit and post; a town leader's post stands alone: 副镇长, 城运办主任, 东溪村.
std::string post_in_words(const Directory& directory, const Post& post);
std::string speakers_in_words(const Directory& directory, const std::vector<Speaker>& speakers);
std::chrono::year_month_day local_date(std::chrono::sys_time<std::chrono::milliseconds> at,
                                       std::chrono::minutes utc_offset);

}  // namespace huiban::domain

#pragma once
// Domain values as the JSON of openapi.yaml. Control thread (workers with copies).
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "api/protocol.h"
#include "domain/brief.h"
#include "domain/minutes.h"
#include "domain/notice.h"
#include "domain/service.h"

namespace huiban::api {

nlohmann::json time_json(std::optional<UtcTime> time);  // text or null

// json_directory.cpp
nlohmann::json directory_json(const domain::Directory& directory);
nlohmann::json account_json(const domain::AccountRecord& account);

// json_meeting.cpp
nlohmann::json venue_json(const domain::Venue& venue, const domain::Directory& directory);
nlohmann::json tiles_json(const std::vector<domain::TileRule>& tiles);
nlohmann::json plan_json(const domain::MeetingPlan& plan, const domain::Directory& directory);
nlohmann::json meeting_json(const domain::Meeting& meeting, const domain::Directory& directory);
nlohmann::json meeting_summary_json(const domain::Meeting& meeting,
                                    const domain::AttendanceTotals& totals, int tasks);
nlohmann::json expected_json(const domain::ExpectedList& list, const domain::Directory& directory);
nlohmann::json clash_json(const domain::MeetingClash& clash);

// json_attendance.cpp
nlohmann::json totals_json(const domain::AttendanceTotals& totals);
nlohmann::json seat_attendance_json(const domain::SeatAttendance& seat);
// unit: only this unit's rows and seats, its own totals; everything without.
nlohmann::json attendance_json(const domain::AttendanceResult& result,
                               const domain::Meeting& meeting, UtcTime as_of,
                               std::optional<UnitId> unit);

// json_papers.cpp
nlohmann::json note_json(const domain::Note& note);
nlohmann::json notice_json(const domain::NoticeDraft& draft);
nlohmann::json minutes_json(const domain::MinutesDraft& draft);
nlohmann::json brief_json(const domain::BriefDraft& draft);

// json_tasks.cpp
// viewer: what they may do is told with it.
nlohmann::json task_json(const domain::Task& task, const domain::Service& service,
                         const domain::Actor& viewer);
nlohmann::json task_detail_json(const domain::Task& task, const domain::Service& service,
                                const domain::Actor& viewer);
nlohmann::json task_history_json(const domain::StoredEvent& event,
                                 const domain::Directory& directory, Language language);
nlohmann::json task_figures_json(const domain::TaskFigures& figures);
nlohmann::json merit_json(const domain::Merit& merit, const domain::Directory& directory);
nlohmann::json period_json(const domain::NamedPeriod& period);

// json_roll_call.cpp
nlohmann::json roll_call_json(const domain::RollCall& call);
nlohmann::json roll_call_head_json(const domain::RollCall& call);  // without rows
nlohmann::json roll_call_row_json(const domain::RollCallRow& row, int order);

// json_readiness.cpp
nlohmann::json self_test_json(const domain::SelfTest& test);
nlohmann::json calls_json(const std::vector<domain::Call>& calls);  // how many, and the last

// journal_text.cpp
nlohmann::json journal_entry_json(const domain::StoredEvent& event, const domain::Meeting& meeting,
                                  Language language);

std::string local_clock_text(std::chrono::minutes minutes);  // HH:MM

}  // namespace huiban::api

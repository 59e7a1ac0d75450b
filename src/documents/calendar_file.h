#pragma once
// A meeting as a calendar file (iCalendar, RFC 5545) for the calendars of phones and office
// programs. Pure.
#include <optional>
#include <string>

#include "domain/minutes.h"

namespace huiban::documents {

// link: where the branch joins, may be empty. A meeting without a clock time is an event of the
// whole day; a cancelled one takes itself out of the calendar.
std::string calendar_ics(const domain::MeetingFacts& facts, const std::string& link);

}  // namespace huiban::documents

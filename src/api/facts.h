#pragma once
// Copies and views that several handlers need. Control thread.
#include "domain/minutes.h"
#include "domain/service.h"

namespace huiban::api {

// A copy of everything papers are made from, for a worker.
domain::MeetingFacts facts_of(const domain::Service& service, const domain::Meeting& meeting);
std::vector<domain::Task> tasks_of(const domain::Service& service, MeetingId meeting);
// The frozen list after convening, before it what the rules give now.
Result<domain::ExpectedList> expected_of(const domain::Service& service,
                                         const domain::Meeting& meeting);

}  // namespace huiban::api

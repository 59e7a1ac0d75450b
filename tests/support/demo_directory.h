#pragma once
// The demo town built by code: the counts of units and posts of the five real events, posts only.
// Tests ask for posts and seats by the office's words.
#include <initializer_list>
#include <string>
#include <vector>

#include "domain/attendance.h"
#include "domain/directory.h"

namespace huiban::test {

domain::Directory demo_directory();

// The named one must exist; a unit's first post of that title.
UnitId unit_of(const domain::Directory& directory, const std::string& name);
PostId post_of(const domain::Directory& directory, const std::string& unit,
               const std::string& title);
// For tests that give a post a person, or leave it vacant.
domain::Post& post_in(domain::Directory& directory, const std::string& unit,
                      const std::string& title);
// A person who holds the posts.
domain::Person& give(domain::Directory& directory, std::initializer_list<domain::Post*> posts);

// A: annual meeting by video, 99 in the main venue and 163 in branches.
domain::MeetingPlan meeting_a(const domain::Directory& directory);
// B: safety, fire and flood, 24 = 20 by rules + 4 of the agenda, and 80 in branches.
domain::MeetingPlan meeting_b(const domain::Directory& directory);

domain::AttendanceRule rule(domain::VenueKind venue, std::vector<std::string> kinds,
                            std::string post_class, std::vector<std::string> posts = {});
domain::AgendaItem item(domain::AgendaKind kind, std::vector<domain::Speaker> speakers,
                        std::string subject = {}, int planned_minutes = 5);
domain::Speaker speaker(PostId post);

// The seat of that unit and title; fails the test when there is none.
const domain::Seat& seat_of(const std::vector<domain::Seat>& seats, const std::string& unit,
                            const std::string& title);

}  // namespace huiban::test

// Roll call (点名): start, skip, stop, mark, answer; results and the stills kept with answers.
#include "api/call.h"
#include "api/core.h"
#include "api/handlers.h"
#include "api/json_write.h"

namespace huiban::api {
namespace {

domain::Service& service_of(const CallPtr& call) {
  return call->core->service();
}
MeetingId meeting_id(const CallPtr& call) {
  return call->id<MeetingId>(0);
}

domain::Service::Done answer_later(const CallPtr& call) {
  return call->later(
      [](const CallPtr& c, const Result<domain::Applied>& result) { c->applied(result); });
}

Result<domain::RollCallPlan> plan_of(const JsonReader& reader) {
  domain::RollCallPlan plan;
  plan.connected_only =
      HUIBAN_TRY(reader.word("who", kRollCallScopeNames, std::optional(true)));
  plan.stills = HUIBAN_TRY(reader.integer("stills", 0, 1, 1)) == 1;
  plan.answer_within = std::chrono::seconds{HUIBAN_TRY(reader.integer("answer_within_s", 3, 120, 15))};
  plan.rounds = HUIBAN_TRY(reader.integer("rounds", 1, 3, 2));
  plan.venues = HUIBAN_TRY(reader.ids<VenueId>("venues"));
  return plan;
}

}  // namespace

void start_roll_call(const CallPtr& call) {
  auto plan = plan_of(call->reader());
  if (!plan) return call->refuse(plan.error());
  service_of(call).start_roll_call(call->command(), meeting_id(call), std::move(*plan),
                                   answer_later(call));
}

void skip_roll_call(const CallPtr& call) {
  const auto venue = call->reader().required_id<VenueId>("venue");
  if (!venue) return call->refuse(venue.error());
  service_of(call).skip_roll_call(call->command(), meeting_id(call), *venue, answer_later(call));
}

void stop_roll_call(const CallPtr& call) {
  service_of(call).stop_roll_call(call->command(), meeting_id(call), answer_later(call));
}

void mark_roll_call(const CallPtr& call) {
  const auto reader = call->reader();
  const auto result = [&]() -> Result<domain::Applied> {
    const auto venue = HUIBAN_TRY(reader.required_id<VenueId>("venue"));
    const auto outcome = HUIBAN_TRY(
        reader.word("outcome", kRollCallOutcomeNames, std::optional<domain::RollCallOutcome>()));
    return service_of(call).mark_roll_call(call->command(), meeting_id(call), venue, outcome);
  }();
  call->applied(result);
}

void answer_roll_call(const CallPtr& call) {
  const auto venue = call->reader().required_id<VenueId>("venue");
  if (!venue) return call->refuse(venue.error());
  call->applied(service_of(call).answer_roll_call(call->command(), meeting_id(call), *venue));
}

void list_roll_calls(const CallPtr& call) {
  auto list = nlohmann::json::array();
  for (const auto& one : service_of(call).find_meeting(meeting_id(call))->roll_calls())
    list.push_back(roll_call_json(one));
  call->json(200, list);
}

void get_roll_call_still(const CallPtr& call) {
  const auto& meeting = *service_of(call).find_meeting(meeting_id(call));
  const auto venue = call->id<VenueId>(1);
  const auto* row = meeting.roll_calls().empty() ? nullptr : meeting.roll_calls().back().find(venue);
  auto* evidence = call->core->parts.evidence;
  if (!row || row->still.empty() || !evidence)
    return call->refuse({ErrorCode::kNotFound, "这个会场没有点名截图",
                         "There is no still of this venue's answer", {}});
  auto picture = evidence->get(row->still);
  if (!picture) return call->refuse(picture.error());
  HttpResponse response = empty_response(200);
  response.content_type = "image/jpeg";
  response.body = std::move(*picture);
  call->answer(std::move(response));
}

}  // namespace huiban::api

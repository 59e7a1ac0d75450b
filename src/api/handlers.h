#pragma once
// The handlers of router.cpp's table, one function per operationId. Control thread.
#include "api/router.h"

namespace huiban::api {

// handlers_session.cpp
void sign_in(const CallPtr&);
void who_am_i(const CallPtr&);
void sign_out(const CallPtr&);
void change_password(const CallPtr&);
void join(const CallPtr&);
// handlers_accounts.cpp
void list_accounts(const CallPtr&);
void create_account(const CallPtr&);
void reset_password(const CallPtr&);
void read_audit(const CallPtr&);
// handlers_directory.cpp
void get_directory(const CallPtr&);
void get_contacts(const CallPtr&);
void list_directory_changes(const CallPtr&);
void change_directory(const CallPtr&);
void undo_directory_change(const CallPtr&);
void preview_directory_import(const CallPtr&);
void import_directory(const CallPtr&);
void export_directory(const CallPtr&);
void export_directory_table(const CallPtr&);
void get_differences(const CallPtr&);
// handlers_meetings.cpp
void list_meetings(const CallPtr&);
void create_meeting(const CallPtr&);
void preview_expected(const CallPtr&);
void preview_clashes(const CallPtr&);
void get_meeting(const CallPtr&);
void revise_plan(const CallPtr&);
void get_expected(const CallPtr&);
void convene_meeting(const CallPtr&);
void cancel_meeting(const CallPtr&);
void plan_next_meeting(const CallPtr&);
void get_join_links(const CallPtr&);
void get_my_join_link(const CallPtr&);
// handlers_run.cpp
void set_content(const CallPtr&);
void set_tile_rules(const CallPtr&);
void rank_goal(const CallPtr&);
void start_meeting(const CallPtr&);
void end_meeting(const CallPtr&);
void sign_in_seats(const CallPtr&);
void take_back_sign_in(const CallPtr&);
void get_attendance(const CallPtr&);
void set_stage(const CallPtr&);
void grant_floor(const CallPtr&);
void revoke_floor(const CallPtr&);
void mute_all(const CallPtr&);
void request_floor(const CallPtr&);
void withdraw_request(const CallPtr&);
void next_item(const CallPtr&);
void undo_next_item(const CallPtr&);
void save_note(const CallPtr&);
void list_note_versions(const CallPtr&);
void set_banner(const CallPtr&);
void pin_rung(const CallPtr&);
void get_journal(const CallPtr&);
void reorder_requests(const CallPtr&);
void hand_off(const CallPtr&);
// handlers_readiness.cpp
void list_self_tests(const CallPtr&);
void report_readiness(const CallPtr&);
void note_call(const CallPtr&);
void probe_line(const CallPtr&);
void list_phones(const CallPtr&);
// handlers_roll_call.cpp
void start_roll_call(const CallPtr&);
void skip_roll_call(const CallPtr&);
void stop_roll_call(const CallPtr&);
void mark_roll_call(const CallPtr&);
void answer_roll_call(const CallPtr&);
void list_roll_calls(const CallPtr&);
void get_roll_call_still(const CallPtr&);
// handlers_attendance.cpp
void ask_leave(const CallPtr&);
void decide_leave(const CallPtr&);
void withdraw_leave(const CallPtr&);
void return_receipt(const CallPtr&);
void correct_attendance(const CallPtr&);
void sign_in_batch(const CallPtr&);
void sign_out_seats(const CallPtr&);
void sign_in_guest(const CallPtr&);
void take_back_guest(const CallPtr&);
void get_attendance_report(const CallPtr&);
void get_sign_in_code(const CallPtr&);
void open_scan(const CallPtr&);
void sign_in_scanned(const CallPtr&);
// handlers_figures.cpp
void get_attendance_figures(const CallPtr&);
void get_office_figures(const CallPtr&);
void judge_month(const CallPtr&);
// handlers_papers.cpp
void get_minutes(const CallPtr&);
void get_brief(const CallPtr&);
void get_notice(const CallPtr&);
void export_notice(const CallPtr&);
void export_calendar(const CallPtr&);
void export_minutes(const CallPtr&);
void export_attendance(const CallPtr&);
void export_attendance_sheet(const CallPtr&);
void export_tasks(const CallPtr&);
// handlers_media.cpp
void open_media(const CallPtr&);
void restart_media(const CallPtr&);
void close_media(const CallPtr&);
void set_wall(const CallPtr&);
void get_still(const CallPtr&);
void make_device_token(const CallPtr&);
// handlers_tasks.cpp
void list_tasks(const CallPtr&);
void get_task_pulse(const CallPtr&);
void draft_task(const CallPtr&);
void get_task(const CallPtr&);
void revise_task(const CallPtr&);
void issue_task(const CallPtr&);
void sign_for_task(const CallPtr&);
void act_on_task(const CallPtr&);
void issue_task_sheet(const CallPtr&);
void get_task_history(const CallPtr&);
// handlers_task_files.cpp
void put_task_file(const CallPtr&);
void get_task_file(const CallPtr&);
void get_photo_code(const CallPtr&);
void open_photo(const CallPtr&);
void send_photo(const CallPtr&);
// handlers_task_book.cpp
void get_task_figures(const CallPtr&);
void list_periods(const CallPtr&);
void set_period(const CallPtr&);
void list_merits(const CallPtr&);
void note_merit(const CallPtr&);
void take_back_merit(const CallPtr&);
// handlers_admin.cpp
void verify_chain(const CallPtr&);
void get_pipeline_dot(const CallPtr&);
void get_test_clock(const CallPtr&);
void set_test_clock(const CallPtr&);

}  // namespace huiban::api

// The plan being edited: what was read, what was changed, and whom its rules expect, counted as one types.
import { computed, reactive, ref, watch, onScopeDispose } from 'vue';
import { ApiError, command, get } from '../../api/client';
import type { ExpectedList, Meeting, MeetingClash, MeetingPlan } from '../../api/types';
import { local_date } from '../../lib/office_date';
import { words_of } from '../../lib/tell';

const kPreviewDelay = 300; // ms after the last change

export function empty_plan(): MeetingPlan {
  const now = new Date();
  return {
    title: '', subjects: [], kind: '', form: 'video', year: now.getFullYear(), date: local_date(now), half: 'none', start: null,
    planned_minutes: 90, place: '', purpose: '', host: null, agenda: [], rules: [],
    series: '', parent: null, stops: [], guests: [], accompanying: [], list_cut: 0, goals: [], rhythm: 'none', tiles: [],
  };
}

export function use_plan_editor(meeting_id: string | undefined) {
  const plan = reactive<MeetingPlan>(empty_plan());
  const meeting = ref<Meeting>();
  const loading = ref(true);
  const fault = ref('');
  const saved_text = ref('');
  const saved_at = ref<Date>();
  const saving = ref(false);
  const expected = ref<ExpectedList>();
  const clashes = ref<MeetingClash[]>([]);
  const preview_fault = ref('');
  const counting = ref(false);
  const dirty = computed(() => JSON.stringify(plan) !== saved_text.value);
  const frozen = computed(() => meeting.value !== undefined && meeting.value.state !== 'planned');

  function take(read: Meeting) {
    meeting.value = read;
    Object.assign(plan, empty_plan(), structuredClone(read.plan));
    saved_text.value = JSON.stringify(plan);
  }

  async function load() {
    loading.value = true;
    fault.value = '';
    try {
      if (meeting_id) take(await get<Meeting>(`/meetings/${meeting_id}`));
      else saved_text.value = JSON.stringify(plan);
      await count();
    } catch (error) {
      fault.value = words_of(error);
    } finally {
      loading.value = false;
    }
  }

  // 'conflict': somebody else saved first. force: put this version over it.
  async function save(force = false): Promise<'saved' | 'conflict'> {
    saving.value = true;
    try {
      const id = meeting.value?.id;
      const query = id && !force ? `?base_seq=${meeting.value!.seq}` : '';
      const sent = JSON.stringify(plan);
      const read = id
        ? await command<Meeting>('PUT', `/meetings/${id}${query}`, JSON.parse(sent))
        : await command<Meeting>('POST', '/meetings', JSON.parse(sent));
      // What was typed while the answer was on its way stays, and stays unsaved.
      if (JSON.stringify(plan) === sent) take(read);
      else meeting.value = read;
      saved_at.value = new Date();
      return 'saved';
    } catch (error) {
      if (error instanceof ApiError && error.status === 409 && meeting.value) return 'conflict';
      throw error;
    } finally {
      saving.value = false;
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;
  async function count() {
    const mine = (round += 1);
    counting.value = true;
    try {
      const list = frozen.value
        ? await get<ExpectedList>(`/meetings/${meeting.value!.id}/expected`)
        : await command<ExpectedList>('POST', '/meetings/preview', { ...plan, title: plan.title || '-' });
      if (mine !== round) return;
      expected.value = list;
      preview_fault.value = '';
      const itself = meeting.value ? `?itself=${meeting.value.id}` : '';
      const found = plan.date && meeting.value?.state !== 'ended' ? await command<MeetingClash[]>('POST', `/meetings/clashes${itself}`, { ...plan, title: plan.title || '-' }) : [];
      if (mine === round) clashes.value = found;
    } catch (error) {
      if (mine === round) preview_fault.value = words_of(error);
    } finally {
      if (mine === round) counting.value = false;
    }
  }
  watch(
    () => JSON.stringify([plan.rules, plan.agenda, plan.host, plan.form, plan.date, plan.half, plan.start]),
    () => {
      if (loading.value || frozen.value) return;
      clearTimeout(timer);
      timer = setTimeout(() => void count(), kPreviewDelay);
    },
  );
  onScopeDispose(() => clearTimeout(timer));

  return { plan, meeting, loading, fault, dirty, frozen, saving, saved_at, expected, clashes, preview_fault, counting, load, save };
}
export type PlanEditor = ReturnType<typeof use_plan_editor>;

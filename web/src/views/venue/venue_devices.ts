// Microphone and camera of a venue's page, from the check through the meeting: one set of tracks at a time.
import { onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { list_devices, open_devices, remember_choice, remembered_choice, stop_tracks, type DeviceList, type Opened } from '../../media/devices';
import { LevelMeter } from '../../media/level_meter';

const kHeardLevel = 0.35; // about −39 dBFS: speech near a microphone, above the noise of a room

export function use_venue_devices() {
  const muted_key = `huiban.muted.${window.location.pathname}`; // of this tab and venue
  const opened = shallowRef<Opened>();
  const list = ref<DeviceList>({ microphones: [], cameras: [], speakers: [] });
  const choice = reactive(remembered_choice());
  const level = ref(0);
  const heard = ref(false); // a voice was heard since the microphone was opened
  const silent_since = ref(Date.now()); // ms; moves on while a voice is heard
  const busy = ref(false);
  const self_muted = ref(sessionStorage.getItem(muted_key) !== null); // whoever muted itself stays so over a reload
  const meter = new LevelMeter();
  let changed: (() => void) | undefined; // told when there is a new set of tracks

  async function open() {
    busy.value = true;
    stop_tracks(opened.value);
    meter.stop();
    level.value = 0;
    heard.value = false;
    opened.value = await open_devices(choice);
    list.value = await list_devices();
    const { microphone, camera } = opened.value;
    if (choice.microphone !== '') choice.microphone = microphone?.getSettings().deviceId ?? choice.microphone;
    if (choice.camera !== '') choice.camera = camera?.getSettings().deviceId ?? choice.camera;
    remember_choice({ ...choice });
    if (microphone) {
      microphone.enabled = !self_muted.value;
      meter.start(microphone, (value) => {
        level.value = value;
        if (value < kHeardLevel) return;
        heard.value = true;
        silent_since.value = Date.now();
      });
    }
    for (const track of [microphone, camera]) track?.addEventListener('ended', () => void lost());
    busy.value = false;
    changed?.();
  }
  // A device was pulled out: whatever is left is opened, and the room goes on.
  async function lost() {
    if (opened.value && !busy.value) await open();
  }
  function mute_self(muted: boolean) {
    self_muted.value = muted;
    if (muted) sessionStorage.setItem(muted_key, '1');
    else sessionStorage.removeItem(muted_key);
    if (opened.value?.microphone) opened.value.microphone.enabled = !muted;
  }
  function close() {
    changed = undefined;
    meter.stop();
    stop_tracks(opened.value);
    opened.value = undefined;
  }
  onScopeDispose(close);
  return { opened, list, choice, level, heard, silent_since, busy, self_muted, open, mute_self, close, on_change: (f: () => void) => (changed = f) };
}
export type VenueDevices = ReturnType<typeof use_venue_devices>;

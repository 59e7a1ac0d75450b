// One sounding page per machine: two pages of one room that play the same sound whistle. The page that began last plays;
// the others fall silent and say so. Pages of one browser hear each other on a BroadcastChannel.
import { onScopeDispose, ref } from 'vue';

const kChannel = 'huiban.sound';

export function use_one_sound(meeting: string) {
  const silenced = ref(false);
  const me = Math.random().toString(36).slice(2);
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(kChannel);
  if (channel)
    channel.onmessage = (event: MessageEvent<{ meeting: string; page: string }>) => {
      if (event.data.meeting === meeting && event.data.page !== me) silenced.value = true;
    };
  function claim() {
    silenced.value = false;
    channel?.postMessage({ meeting, page: me });
  }
  claim();
  onScopeDispose(() => channel?.close());
  return { silenced, claim };
}

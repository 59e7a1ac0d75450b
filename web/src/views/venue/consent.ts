// Whether the chair may open this device's microphone. A registered room device agrees once; a person's own phone is asked
// each time: its microphone stays closed in the browser until its owner presses.
import { ref, watch } from 'vue';

const kKey = 'huiban.consent';
const is_phone = () => window.matchMedia?.('(max-width: 700px)').matches ?? false;

export const remembered_consent = (stored: string | null, phone: boolean): boolean => (stored === null ? !phone : stored === 'room');

export const room_device = ref(remembered_consent(localStorage.getItem(kKey), is_phone()));
watch(room_device, (now) => localStorage.setItem(kKey, now ? 'room' : 'phone'), { flush: 'sync' });

// Camera, microphone and loudspeaker of a page: what there is, opening them, and why one could not be opened.
export interface Choice {
  microphone?: string; // device ids; undefined: the browser's default, '' none wanted
  camera?: string;
  speaker?: string;
}
export type DeviceFault = 'none_found' | 'refused' | 'in_use' | 'insecure' | 'unknown';
export interface Opened {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  microphone_fault?: DeviceFault;
  camera_fault?: DeviceFault;
}
export interface DeviceList {
  microphones: MediaDeviceInfo[];
  cameras: MediaDeviceInfo[];
  speakers: MediaDeviceInfo[];
}

export function fault_of(error: unknown): DeviceFault {
  const name = (error as { name?: string } | null)?.name;
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none_found';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotReadableError' || name === 'AbortError') return 'in_use';
  return 'unknown';
}

const kSound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
const kPicture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 25 } };

// Each of the two is opened by itself, so that a missing camera does not cost the microphone.
export async function open_devices(choice: Choice): Promise<Opened> {
  if (!navigator.mediaDevices?.getUserMedia) {
    return { microphone: null, camera: null, microphone_fault: 'insecure', camera_fault: 'insecure' };
  }
  const open = async (constraints: MediaStreamConstraints) => {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    const wanted = constraints.audio ? stream.getAudioTracks()[0] : stream.getVideoTracks()[0];
    for (const track of stream.getTracks()) if (track !== wanted) track.stop();
    return wanted ?? null;
  };
  const opened: Opened = { microphone: null, camera: null };
  if (choice.microphone !== '') {
    try {
      opened.microphone = await open({ audio: { ...kSound, ...device(choice.microphone) } });
    } catch (error) {
      opened.microphone_fault = fault_of(error);
    }
  }
  if (choice.camera !== '') {
    try {
      opened.camera = await open({ video: { ...kPicture, ...device(choice.camera) } });
      if (opened.camera) opened.camera.contentHint = 'motion';
    } catch (error) {
      opened.camera_fault = fault_of(error);
    }
  }
  return opened;
}

// ideal: a device that was unplugged since must not keep a room out.
const device = (id?: string) => (id ? { deviceId: { ideal: id } } : {});

export async function list_devices(): Promise<DeviceList> {
  const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  const of = (kind: MediaDeviceKind) => all.filter((d) => d.kind === kind && d.deviceId !== '');
  return { microphones: of('audioinput'), cameras: of('videoinput'), speakers: of('audiooutput') };
}

export function stop_tracks(opened: Opened | undefined): void {
  opened?.microphone?.stop();
  opened?.camera?.stop();
}

const kKey = 'huiban.devices';
export function remembered_choice(): Choice {
  try {
    return JSON.parse(localStorage.getItem(kKey) ?? '{}') as Choice;
  } catch {
    return {};
  }
}
export function remember_choice(choice: Choice): void {
  localStorage.setItem(kKey, JSON.stringify(choice));
}

// What a too old browser lacks, as keys of i18n `device.lacks`.
export function lacking(): string[] {
  const lacks: string[] = [];
  if (typeof RTCPeerConnection === 'undefined' || !('addTransceiver' in RTCPeerConnection.prototype)) lacks.push('webrtc');
  if (typeof WebSocket === 'undefined') lacks.push('websocket');
  return lacks;
}

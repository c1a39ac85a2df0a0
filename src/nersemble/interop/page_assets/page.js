"use strict";
// Plays a head: the Gaussians of its timesteps lie in script files, because a page that is opened
// from disk may load scripts, but no other files. Each file calls `timestep` with an SPZ file.
(() => {
  const head = JSON.parse(document.getElementById("head").textContent);
  const element = (id) => document.getElementById(id);
  const [play, time, seconds, speed, message] = ["play", "time", "seconds", "speed", "message"].map(element);
  const say = (text) => { message.textContent = text; };
  document.title = head.title;

  if (!document.createElement("canvas").getContext("webgl2")) {
    say("This browser shows no WebGL 2, which the head needs.");
    return;
  }

  // As the Gaussians were fitted: 0.3 square pixels wider, drawn until alpha is 1/255.
  const encoding = { lnScaleMin: -12, lnScaleMax: 0 };
  const renderer = new Viewer.WebGLRenderer({ antialias: false });
  const spark = new Viewer.SparkRenderer({
    renderer, preBlurAmount: 0.3, blurAmount: 0, minAlpha: 1 / 255,
    maxStdDev: Math.sqrt(2 * Math.log(255)), splatEncoding: encoding, view: { sortRadial: false },
  });
  const scene = new Viewer.Scene();
  const camera = new Viewer.PerspectiveCamera(1, 1, 0.01, 20);
  const controls = new Viewer.OrbitControls(camera, renderer.domElement);
  renderer.setClearColor(0xffffff);
  renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
  document.body.prepend(renderer.domElement);
  scene.add(spark);
  camera.position.fromArray(head.first_view.position);
  controls.target.fromArray(head.first_view.target);

  function resize() {
    const { innerWidth: width, innerHeight: height } = window;
    renderer.setSize(width, height, false);
    camera.aspect = width / height;
    // A narrow window sees as much sideways as the first view.
    const tangent = Math.tan(head.first_view.vertical_fov_degrees * Math.PI / 360);
    const wider = Math.max(1, head.first_view.aspect / camera.aspect);
    camera.fov = Math.atan(tangent * wider) * 360 / Math.PI;
    camera.updateProjectionMatrix();
  }
  addEventListener("resize", resize);
  resize();

  // What Spark's texture holds, timestep by timestep, and what it holds now.
  const frames = [];
  let packed = null, mesh = null, shown = -1;

  async function add(text) {
    const fileBytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const read = new Viewer.PackedSplats({ fileBytes, fileType: "spz", splatEncoding: encoding });
    await read.initialized;
    const frame = { splats: read.packedArray.slice(), harmonics: read.extra.sh1?.slice() };
    if (head.shared_looks && frames.length) takeLooks(frame, frames[0]);
    frames.push(frame);
    if (mesh === null) {
      packed = read;
      mesh = new Viewer.SplatMesh({ packedSplats: packed, splatEncoding: encoding });
      scene.add(mesh);
    }
    time.max = frames.length - 1;
  }

  // Of the four words of a splat the first is colour and opacity; the last begins with the sizes.
  function takeLooks(frame, first) {
    for (let i = 0; i < first.splats.length; i += 4) {
      frame.splats[i] = first.splats[i];
      frame.splats[i + 3] = (frame.splats[i + 3] & 0xff000000) | (first.splats[i + 3] & 0xffffff);
    }
    frame.harmonics = first.harmonics;
  }

  async function load() {
    for (const [index, { file }] of head.timesteps.entries()) {
      say(index ? `Loading timestep ${index + 1} of ${head.timesteps.length}` : "Loading");
      const text = await new Promise((resolve) => {
        const script = document.createElement("script");
        window.timestep = resolve;
        script.onload = () => resolve(null);
        script.onerror = () => resolve(null);
        script.src = file;
        document.head.append(script);
      });
      if (text === null) {
        say(`The file ${file} is missing or damaged.`);
        return;
      }
      await add(text);
    }
    say("");
  }

  function show(index) {
    if (index === shown) return;
    const frame = frames[index];
    packed.packedArray.set(frame.splats);
    packed.needsUpdate = true;
    if (frame.harmonics) {
      packed.extra.sh1.set(frame.harmonics);
      if (packed.extra.sh1Texture) packed.extra.sh1Texture.value.needsUpdate = true;
    }
    mesh.updateVersion();
    shown = index;
    time.value = index;
    seconds.textContent = `${head.timesteps[index].seconds.toFixed(2)} s`;
  }

  let playing = false, at = 0, before = 0;
  const start = (index) => head.timesteps[index].seconds;

  function advance(elapsed) {
    const last = frames.length - 1;
    // The last timestep is shown as long as the others.
    const length = start(last) * (1 + 1 / Math.max(last, 1));
    at = (at + elapsed * Number(speed.value)) % (length || 1);
    let index = last;
    while (index > 0 && start(index) > at) index -= 1;
    show(index);
  }

  play.onclick = () => {
    playing = !playing;
    play.textContent = playing ? "Pause" : "Play";
  };
  time.oninput = () => {
    at = start(Number(time.value));
    if (frames.length) show(Number(time.value));
  };

  renderer.setAnimationLoop((now) => {
    const elapsed = Math.min((now - before) / 1000, 0.25);
    before = now;
    if (frames.length) {
      if (playing) advance(elapsed);
      else if (shown < 0) show(0);
    }
    controls.update();
    renderer.render(scene, camera);
  });
  load();
})();

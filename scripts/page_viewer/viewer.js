// What page.js of nersemble's page needs of three.js and Spark.
export { PerspectiveCamera, Scene, WebGLRenderer } from "three";
export { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
export { PackedSplats, SparkRenderer, SplatMesh } from "@sparkjsdev/spark";

"""The scene's shaders: GLSL 3.30 core, and GLSL ES 3.00 with the other header.

Bodies are not meshes. Each joint and each bone is one rectangle on the screen, and its pixels work
out the sphere, or the hull of two spheres, that they show: round at any zoom, with outlines
smoothed by the exact distance to the edge, and cheaper without a graphics card than triangles.
"""

DESKTOP_HEADER = "#version 330 core\n"
ES_HEADER = "#version 300 es\nprecision highp float;\nprecision highp int;\n"

# Camera and light, the same for all programs.
_CAMERA = """
uniform mat4 view;          // scene -> camera (looks along -z)
uniform vec4 lens;          // projection: [0][0], [1][1], [2][2], [2][3]
uniform vec2 viewport;      // device pixels
uniform float near;
vec4 to_clip(vec3 seen) {
    return vec4(seen.xy * lens.xy, seen.z * lens.z + lens.w, -seen.z);
}
"""

BACKDROP_VERTEX = """
uniform mat4 view;
uniform vec4 lens;
out vec3 ray;               // not normalised: linear over the screen
out float height;
void main() {
    vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);
    ray = vec3(corner / lens.xy, -1.0) * mat3(view);   // transposed: camera -> scene
    height = 0.5 + 0.5 * corner.y;
    gl_Position = vec4(corner, 0.0, 1.0);
}
"""

_BACKDROP = """
uniform vec3 top;
uniform vec3 bottom;
in vec3 ray;
in float height;
out vec4 colour;
vec3 air() { return mix(bottom, top, height * height * (3.0 - 2.0 * height)); }
// half a step of noise keeps dark gradients free of bands
vec4 dithered(vec3 base) {
    float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    return vec4(base + (noise - 0.5) / 255.0, 1.0);
}
"""

AIR_FRAGMENT = (
    _BACKDROP
    + """
void main() { colour = dithered(air()); }
"""
)

_FLOOR = """
uniform vec3 eye;
uniform float floor_y;
uniform vec3 stage;         // middle (x, z) and radius of the lit floor
uniform float cell;
uniform vec4 grid;
vec2 floor_at(vec3 ray) {   // how far it is lit, and how much of the pixel is line
    float fall = abs(ray.y) < 1e-4 ? 1e-4 : ray.y;
    float reach = (floor_y - eye.y) / fall;
    vec2 at = eye.xz + reach * ray.xz;
    vec2 off = (at - stage.xy) / stage.z;
    float lit = clamp(1.0 - dot(off, off), 0.0, 1.0);
    lit *= lit * step(0.0, reach);
    vec2 square = at / cell;
    vec2 pixel = fwidth(square);
    vec2 away = abs(fract(square - 0.5) - 0.5) / pixel;
    // every fourth line is stronger, a little wider, and seen from farther away
    vec2 major = step(abs(fract(0.25 * square - 0.5) - 0.5), vec2(0.125));
    vec2 cover = clamp(1.0 + 0.25 * major - away, 0.0, 1.0);
    cover *= (0.5 + 0.5 * major) * clamp(1.4 - (2.8 - 2.1 * major) * pixel, 0.0, 1.0);
    return vec2(lit, max(cover.x, cover.y));
}
"""

FLOOR_FRAGMENT = (
    _BACKDROP
    + _FLOOR
    + """
uniform vec3 pool;
void main() {
    vec2 ground = floor_at(ray);
    vec3 base = mix(mix(air(), pool, 0.85 * ground.x), grid.rgb, grid.a * ground.x * ground.y);
    colour = dithered(base);
}
"""
)

GRID_FRAGMENT = (
    """
in vec3 ray;
in float height;
out vec4 colour;
"""
    + _FLOOR
    + """
void main() {               // lines alone, multiplied by their opacity
    vec2 ground = floor_at(ray);
    float opacity = grid.a * ground.x * ground.y;
    colour = vec4(grid.rgb * opacity, opacity);
}
"""
)

SHADE_FRAGMENT = """
out vec4 colour;
void main() { colour = vec4(0.0, 0.0, 0.0, 1.0); }
"""

SHADOW_VERTEX = (
    _CAMERA
    + """
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 first;     // xyz, radius
layout(location = 2) in vec4 last;
uniform float floor_y;
uniform vec2 slant;                     // sideways way of the light for each unit of fall
uniform vec2 blur;                      // at the floor, and more for each unit of height
out vec2 at;                            // on the floor, along and across the limb
flat out vec3 shape;                    // length, and blur at both ends
flat out vec2 radius;
void main() {
    vec2 rise = max(vec2(first.y, last.y) - floor_y, 0.0);
    vec2 a = first.xz + slant * rise.x;
    vec2 b = last.xz + slant * rise.y;
    vec2 along = b - a;
    float size = length(along);
    along = size > 1e-5 ? along / size : vec2(1.0, 0.0);
    shape = vec3(size, blur.x + blur.y * rise);
    radius = vec2(first.w, last.w);
    float wide = max(radius.x + shape.y, radius.y + shape.z);
    at = vec2(corner.x < 0.0 ? -wide : size + wide, corner.y * wide);
    vec2 ground = a + along * at.x + vec2(-along.y, along.x) * at.y;
    vec3 seen = (view * vec4(ground.x, floor_y, ground.y, 1.0)).xyz;
    gl_Position = to_clip(seen);
    gl_Position.z = 0.0;                // the floor is drawn without depth
}
"""
)

SHADOW_FRAGMENT = """
in vec2 at;
flat in vec3 shape;
flat in vec2 radius;
uniform float darkness;
out vec4 colour;
const float LARGEST = 0.02; // a head's shadow is no darker than a limb's
void main() {
    float part = shape.x > 0.0 ? clamp(at.x / shape.x, 0.0, 1.0) : 0.0;
    float blur = mix(shape.y, shape.z, part);
    float solid = mix(radius.x, radius.y, part);
    float away = length(vec2(at.x - part * shape.x, at.y));
    float cover = 1.0 - smoothstep(solid - blur, solid + blur, away);
    // what is blurred wider is also fainter
    float fill = sqrt(min(solid, LARGEST) / (min(solid, LARGEST) + 0.6 * blur));
    colour = vec4(0.0, 0.0, 0.0, 1.0 - darkness * cover * fill);
}
"""

LIMB_VERTEX = (
    _CAMERA
    + """
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 first;     // xyz, radius
layout(location = 2) in vec4 last;
layout(location = 3) in vec4 tint_a;    // rgb, glow
layout(location = 4) in vec4 tint_b;
out vec2 at;                // pixels along and across, from the first end
flat out vec4 shape;        // length, radius a, radius b, rise towards the eye; all in pixels
flat out vec4 place;        // depth of a, scene units a pixel, direction along (2)
flat out vec4 colour_a;
flat out vec4 colour_b;
void main() {
    vec3 a = (view * vec4(first.xyz, 1.0)).xyz;
    vec3 b = (view * vec4(last.xyz, 1.0)).xyz;
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    if (max(a.z, b.z) > -near) { return; }          // reaches behind the eye: not drawn
    float focal = 0.5 * lens.y * viewport.y;
    vec2 middle_a = a.xy * focal / -a.z;
    vec2 middle_b = b.xy * focal / -b.z;
    float scale = focal / (-0.5 * (a.z + b.z));
    vec2 along = middle_b - middle_a;
    float size = length(along);
    along = size > 1e-3 ? along / size : vec2(1.0, 0.0);
    vec2 radius = vec2(first.w * focal / -a.z, last.w * focal / -b.z);
    shape = vec4(size, radius, (b.z - a.z) * scale);
    place = vec4(a.z, 1.0 / scale, along);
    colour_a = tint_a;
    colour_b = tint_b;
    float begin = min(-radius.x, size - radius.y) - 1.0;
    float end = max(radius.x, size + radius.y) + 1.0;
    at = vec2(corner.x < 0.0 ? begin : end, corner.y * (max(radius.x, radius.y) + 1.0));
    vec2 pixel = middle_a + along * at.x + vec2(-along.y, along.x) * at.y;
    gl_Position = vec4(pixel / (0.5 * viewport), 0.0, 1.0);
}
"""
)

LIMB_FRAGMENT = """
in vec2 at;
flat in vec4 shape;
flat in vec4 place;
flat in vec4 colour_a;
flat in vec4 colour_b;
uniform vec4 lens;
uniform vec3 up;            // the scene's up and the lamp, as the camera sees them
uniform vec3 lamp;
uniform float bounce;       // light from the floor
uniform float rim;
uniform float is_edge;      // 0: pixels that are covered whole; 1: those on the outline
uniform float opacity;
out vec4 colour;

// A limb is all spheres with centre c(s) and radius r(s) linear in s, 0 <= s <= 1. Seen along z,
// a pixel q is as far outside as the least |q - c(s)| - r(s), and the front lies at the greatest
// c_z(s) + sqrt(r(s)^2 - |q - c(s)|^2); setting the derivatives to nought gives both.
void main() {
    float size = shape.x;
    float radius_a = shape.y;
    float growth = shape.z - shape.y;
    float taper = size * size - growth * growth;    // > 0: neither end swallows the other
    bool is_long = taper > 1e-3 * size * size && size > 1e-3;
    float lean = is_long ? growth / size : 0.0;
    float part = is_long
        ? clamp((at.x + lean * abs(at.y) * inversesqrt(1.0 - lean * lean)) / size, 0.0, 1.0)
        : step(0.0, growth);
    float outside = length(vec2(at.x - part * size, at.y)) - radius_a - part * growth;
    float cover = clamp(0.5 - outside, 0.0, 1.0);
    if (is_edge > 0.5 ? (cover <= 0.0 || cover >= 1.0) : cover < 1.0) { discard; }

    float half_slope = radius_a * growth + at.x * size;
    float start = radius_a * radius_a - dot(at, at);    // r^2 - |q - c|^2 at s = 0
    float rise = shape.w;
    if (is_long) {
        float crest = max(start + half_slope * half_slope / taper, 0.0);
        float front = half_slope / taper + rise * sqrt(crest / (taper * (taper + rise * rise)));
        front = clamp(front, 0.0, 1.0);
        bool is_met = start + 2.0 * half_slope * front - taper * front * front > 0.0;
        part = is_met ? front : part;
    }
    float bulge = sqrt(max(start + 2.0 * half_slope * part - taper * part * part, 0.0));
    vec3 normal = vec3(at.x - part * size, at.y, bulge) / (radius_a + part * growth);
    normal.xy = normal.x * place.zw + normal.y * vec2(-place.w, place.z);
    normal = normalize(normal);
    float depth = place.x + (rise * part + bulge) * place.y;
    gl_FragDepth = clamp(0.5 + 0.5 * (depth * lens.z + lens.w) / -depth, 0.0, 1.0);

    vec4 tint = mix(colour_a, colour_b, part);
    vec3 base = tint.rgb * tint.rgb;                    // about linear light
    float sky = 0.5 + 0.5 * dot(normal, up);
    float key = max(dot(normal, lamp), 0.0);
    float gloss = max(dot(normal, normalize(lamp + vec3(0.0, 0.0, 1.0))), 0.0);
    gloss *= gloss; gloss *= gloss; gloss *= gloss; gloss *= gloss; gloss *= gloss;  // ^32
    float edge = 1.0 - normal.z;
    vec3 lit = base * (mix(bounce, 0.40, sky) + 1.02 * key) + 0.16 * gloss;
    float outline = edge * edge * edge;
    lit += max(rim, 0.0) * outline * (0.35 * sky + 0.5 * base);
    lit *= 1.0 + 2.0 * min(rim, 0.0) * outline;
    lit = mix(lit, base * (0.60 + 0.40 * normal.z), tint.a);
    lit = max(lit, 0.0);
    lit *= 1.22 / (1.0 + 0.34 * lit);                   // bright sides keep their colour
    lit /= max(max(lit.r, lit.g), max(lit.b, 1.0));
    colour = vec4(sqrt(lit), cover * opacity);
}
"""

LINE_VERTEX = (
    _CAMERA
    + """
layout(location = 0) in vec2 corner;
layout(location = 1) in vec3 first;
layout(location = 2) in vec3 last;
layout(location = 3) in float width;    // logical pixels
layout(location = 4) in vec4 rgba_a;
layout(location = 5) in vec4 rgba_b;
uniform float pixel_ratio;
out vec4 tint;
out float across;
flat out float half_width;
void main() {
    vec3 a = (view * vec4(first, 1.0)).xyz;
    vec3 b = (view * vec4(last, 1.0)).xyz;
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    if (min(a.z, b.z) > -near) { return; }
    if (a.z > -near) { a = mix(a, b, (-near - a.z) / (b.z - a.z)); }
    if (b.z > -near) { b = mix(b, a, (-near - b.z) / (a.z - b.z)); }
    vec4 clip_a = to_clip(a);
    vec4 clip_b = to_clip(b);
    vec2 pixel_a = clip_a.xy / clip_a.w * 0.5 * viewport;
    vec2 pixel_b = clip_b.xy / clip_b.w * 0.5 * viewport;
    vec2 along = pixel_b - pixel_a;
    float size = length(along);
    along = size > 1e-3 ? along / size : vec2(1.0, 0.0);
    half_width = 0.5 * max(width * pixel_ratio, 1.0);
    across = corner.y * (half_width + 0.5);
    bool is_a = corner.x < 0.0;
    gl_Position = is_a ? clip_a : clip_b;
    tint = is_a ? rgba_a : rgba_b;
    tint.a *= min(width * pixel_ratio, 1.0);
    gl_Position.xy += vec2(-along.y, along.x) * across / (0.5 * viewport) * gl_Position.w;
}
"""
)

LINE_FRAGMENT = """
in vec4 tint;
in float across;
flat in float half_width;
out vec4 colour;
void main() {
    colour = vec4(tint.rgb, tint.a * clamp(half_width + 0.5 - abs(across), 0.0, 1.0));
}
"""

MARK_VERTEX = (
    _CAMERA
    + """
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 middle;    // xyz, radius
layout(location = 2) in vec4 rgba;
layout(location = 3) in vec2 stroke;    // logical pixels: stroke, smallest radius; halos: 0, inner;
                                        // discs: 0, -1
uniform float pixel_ratio;
out vec2 at;                // 1 is the radius
flat out vec4 tint;
flat out float thickness;   // stroke in device pixels; 0 is a halo or a disc
flat out float inner;       // where a halo starts; -1 is a disc
void main() {
    vec3 seen = (view * vec4(middle.xyz, 1.0)).xyz;
    tint = rgba;
    thickness = abs(stroke.x) * pixel_ratio;
    inner = 0.0;
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    at = corner * 1.15;
    if (stroke.x < 0.0) {   // lies on the floor
        vec3 ground = middle.xyz + middle.w * vec3(at.x, 0.0, at.y);
        gl_Position = to_clip((view * vec4(ground, 1.0)).xyz);
        return;
    }
    if (seen.z > -near) { return; }
    float focal = 0.5 * lens.y * viewport.y;
    inner = stroke.y;
    float radius = middle.w * focal / -seen.z;
    if (thickness > 0.0) { radius = max(radius, stroke.y * pixel_ratio); }
    bool is_disc = thickness == 0.0 && inner < 0.0;
    if (is_disc) { radius = max(radius, 1.5 * pixel_ratio); }
    float margin = thickness > 0.0 ? radius + thickness + 1.0 : radius + (is_disc ? 1.0 : 0.0);
    at = corner * margin / radius;
    gl_Position = to_clip(seen);
    gl_Position.xy += corner * margin / (0.5 * viewport) * gl_Position.w;
}
"""
)

MARK_FRAGMENT = """
in vec2 at;
flat in vec4 tint;
flat in float thickness;
flat in float inner;
out vec4 colour;
void main() {
    float away = length(at);
    // a halo leaves its ball alone: that one shows the colour of the scale
    float soft = clamp((1.0 - away) / (1.0 - inner), 0.0, 1.0);
    soft *= smoothstep(0.8 * inner, inner, away);
    float pixel = max(fwidth(away), 1e-5);
    float stroke = clamp(0.5 * thickness + 0.5 - abs(away - 1.0) / pixel, 0.0, 1.0);
    float disc = clamp(0.5 + (1.0 - away) / pixel, 0.0, 1.0);
    disc *= away > 1.0 - 1.5 * pixel ? 1.0 : 0.75;   // the edge stands out
    float cover = thickness > 0.0 ? stroke : inner < 0.0 ? disc : soft * soft;
    colour = vec4(tint.rgb, tint.a * cover);
}
"""

/* What is no large matrix product, in one pass each: attention of short rows, and SwiGLU; and, where registers of 16
   floats are the processor's own, products of many rows with a small matrix.

   Everything is float32 on one thread. A vector of 16 floats is the compiler's (gcc, clang), which makes of it
   what the processor has. Places that pad a vector or a block of rows hold numbers that nobody reads. */
#include <stdint.h>
#include <string.h>

#define LANES 16
#define LONGEST 64 /* tokens of a row and width of a head: kernels.py has the same number */
#define STRIDE (LONGEST + LANES) /* so that the rows of a plane do not fall on few sets of the cache */
#define INLINE static inline __attribute__((always_inline))

typedef float vector __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int32_t whole __attribute__((vector_size(4 * LANES), aligned(4)));
typedef float plane[LONGEST][STRIDE];

INLINE vector load(const float *from) { return *(const vector *)from; }
INLINE void store(float *to, vector x) { *(vector *)to = x; }
INLINE vector all(float x) { return (vector){0} + x; }
INLINE vector pick(whole where, vector yes, vector no) { return (vector)(((whole)yes & where) | ((whole)no & ~where)); }
INLINE vector load_part(const float *from, int n) { /* the first n floats, or all lanes where there are more */
    vector x = {0};
    if (n >= LANES) return load(from);
    memcpy(&x, from, 4 * n);
    return x;
}
INLINE void store_part(float *to, vector x, int n) {
    if (n >= LANES) store(to, x);
    else memcpy(to, &x, 4 * n);
}

/* e^x: 2^n, n the nearest whole number, times a polynomial of what is left (Cephes); off by 1e-7 of its value. */
INLINE vector exponential(vector x) {
    const vector magic = all(12582912.0f);
    x = pick(x < -87.0f, all(-87.0f), pick(x > 88.0f, all(88.0f), x));
    vector shifted = x * 1.44269504f + magic, n = shifted - magic;
    vector r = x - n * 0.693359375f + n * 2.12194440e-4f;
    vector p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    return p * (vector)(((whole)shifted - (whole)magic + 127) << 23);
}

INLINE vector logistic(vector x) { return 1.0f / (1.0f + exponential(-x)); }

/* -- SwiGLU: silu(gate) * up over the two halves of each of n rows, f wide ---------------------------------------- */

void swiglu(const float *both, float *out, int64_t n, int f) {
    for (int64_t row = 0; row < n; row++, both += 2 * f, out += f)
        for (int j = 0; j < f; j += LANES) {
            vector gate = load_part(both + j, f - j), up = load_part(both + f + j, f - j);
            store_part(out + j, gate * logistic(gate) * up, f - j);
        }
}

/* `d_both` may be `both`. */
void swiglu_back(const float *both, const float *grad, float *d_both, int64_t n, int f) {
    for (int64_t row = 0; row < n; row++, both += 2 * f, d_both += 2 * f, grad += f)
        for (int j = 0; j < f; j += LANES) {
            vector gate = load_part(both + j, f - j), up = load_part(both + f + j, f - j), d = load_part(grad + j, f - j);
            vector open = logistic(gate), silu = gate * open;
            store_part(d_both + j, d * up * (open + silu * (1.0f - open)), f - j);
            store_part(d_both + f + j, d * silu, f - j);
        }
}

/* -- causal attention of short rows -------------------------------------------------------------------------------- */

/* Rows of tokens, heads, the width of a head, and cosines and signed sines (T, K), or null for no rotation. */
typedef struct {
    int rows, length, heads, width;
    const float *cosine, *sine;
} Sizes;

/* A head's part of a row, (T, K), from one place to another, scaled, and turned by position where there is a turn. */
INLINE void carry(Sizes s, const float *restrict from, int step, float *restrict to, int stride, float turn, float scale) {
    int half = s.width / 2;
    for (int t = 0; t < s.length; t++, from += step, to += stride)
        if (turn == 0.0f || !s.cosine) {
            for (int i = 0; i < s.width; i++) to[i] = scale * from[i];
        } else {
            const float *cosine = s.cosine + t * s.width, *sine = s.sine + t * s.width;
            for (int i = 0; i < half; i++) {
                to[i] = scale * (from[i] * cosine[i] + turn * from[i + half] * sine[i]);
                to[i + half] = scale * (from[i + half] * cosine[i + half] + turn * from[i] * sine[i + half]);
            }
        }
}

INLINE void transpose(Sizes s, plane from, plane to) {
    for (int t = 0; t < s.length; t++)
        for (int i = 0; i < s.width; i++) to[i][t] = from[t][i];
}

/* Four rows of c = a b, columns from `first` to n, over the inner places from low to high; a[i][p] lies at
   a[i * down + p * across]. */
INLINE void rows4(const float *a, int down, int across, plane b, float *c, int first, int n, int low, int high) {
    for (int j = first; j < n; j += LANES) {
        vector sum0 = {0}, sum1 = {0}, sum2 = {0}, sum3 = {0};
        for (int p = low; p < high; p++) {
            const float *y = a + p * across;
            vector x = load(&b[p][j]);
            sum0 += x * y[0], sum1 += x * y[down], sum2 += x * y[2 * down], sum3 += x * y[3 * down];
        }
        store(c + j, sum0), store(c + STRIDE + j, sum1);
        store(c + 2 * STRIDE + j, sum2), store(c + 3 * STRIDE + j, sum3);
    }
}

INLINE int least(int a, int b) { return a < b ? a : b; }

/* What each token attends to, keys down and queries across, so that sums over keys go lane by lane: the softmax of
   query times key over the token itself and those before it, else 0. */
INLINE void attend(Sizes s, plane query_over, plane key, plane share) {
    const whole place = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int k = 0; k < s.length; k += 4)
        rows4(key[k], STRIDE, 1, query_over, share[k], k / LANES * LANES, s.length, 0, s.width);
    for (int j = 0; j < s.length; j += LANES) {
        int keys = least(j + LANES, s.length);
        vector top = all(-1e30f), total = {0};
        for (int k = 0; k < keys; k++) {
            vector x = load(&share[k][j]);
            top = pick((place >= k - j) & (x > top), x, top);
        }
        for (int k = 0; k < keys; k++) {
            vector x = pick(place >= k - j, exponential(load(&share[k][j]) - top), all(0.0f));
            total += x;
            store(&share[k][j], x);
        }
        total = 1.0f / total;
        for (int k = 0; k < keys; k++) store(&share[k][j], load(&share[k][j]) * total);
    }
}

/* From joined queries, keys and values (N, 3HK) to what the heads gather, (N, HK). */
void attention(const float *qkv, float *out, Sizes s) {
    plane query = {0}, over = {0}, key = {0}, value = {0}, share = {0}, mixed = {0};
    int wide = s.heads * s.width, step = 3 * wide;
    for (int64_t row = 0; row < s.rows; row++, qkv += s.length * step, out += s.length * wide)
        for (int head = 0; head < s.heads; head++) {
            const float *from = qkv + head * s.width;
            carry(s, from, step, query[0], STRIDE, 1.0f, 1.0f / __builtin_sqrtf(s.width));
            carry(s, from + wide, step, key[0], STRIDE, 1.0f, 1.0f);
            carry(s, from + 2 * wide, step, value[0], STRIDE, 0.0f, 1.0f);
            transpose(s, query, over);
            attend(s, over, key, share);
            for (int t = 0; t < s.length; t += 4)
                rows4(&share[0][t], 1, STRIDE, value, mixed[t], 0, s.width, 0, least(t + 4, s.length));
            carry(s, mixed[0], STRIDE, out + head * s.width, wide, 0.0f, 1.0f);
        }
}

/* The gradient of `qkv` from that of `out`; what forward found is found again, which costs less than keeping it.
   `d_qkv` may be `qkv`. */
void attention_back(const float *qkv, const float *grad, float *d_qkv, Sizes s) {
    plane query = {0}, key = {0}, value = {0}, over = {0}, share = {0}, d_share = {0}, d_mixed = {0}, d = {0};
    int wide = s.heads * s.width, step = 3 * wide;
    float scale = 1.0f / __builtin_sqrtf(s.width);
    for (int64_t row = 0; row < s.rows; row++, qkv += s.length * step, d_qkv += s.length * step, grad += s.length * wide)
        for (int head = 0; head < s.heads; head++) {
            const float *from = qkv + head * s.width;
            float *to = d_qkv + head * s.width;
            carry(s, from, step, query[0], STRIDE, 1.0f, scale);
            carry(s, from + wide, step, key[0], STRIDE, 1.0f, 1.0f);
            carry(s, from + 2 * wide, step, value[0], STRIDE, 0.0f, 1.0f);
            carry(s, grad + head * s.width, wide, d_mixed[0], STRIDE, 0.0f, 1.0f);
            transpose(s, query, over);
            attend(s, over, key, share);
            transpose(s, d_mixed, over);
            for (int k = 0; k < s.length; k += 4) {
                rows4(share[k], STRIDE, 1, d_mixed, d[k], 0, s.width, k, s.length);
                rows4(value[k], STRIDE, 1, over, d_share[k], k / LANES * LANES, s.length, 0, s.width);
            }
            carry(s, d[0], STRIDE, to + 2 * wide, step, 0.0f, 1.0f);
            for (int j = 0; j < s.length; j += LANES) {
                int keys = least(j + LANES, s.length);
                vector along = {0};
                for (int k = 0; k < keys; k++) along += load(&share[k][j]) * load(&d_share[k][j]);
                for (int k = 0; k < keys; k++)
                    store(&d_share[k][j], load(&share[k][j]) * (load(&d_share[k][j]) - along));
            }
            for (int t = 0; t < s.length; t += 4)
                rows4(&d_share[0][t], 1, STRIDE, key, d[t], 0, s.width, 0, least(t + 4, s.length));
            carry(s, d[0], STRIDE, to, step, -1.0f, scale);
            for (int k = 0; k < s.length; k += 4)
                rows4(d_share[k], STRIDE, 1, query, d[k], 0, s.width, k, s.length);
            carry(s, d[0], STRIDE, to + wide, step, -1.0f, 1.0f);
        }
}

/* One token more of every row: from its queries, keys and values (B, 3HK) to what the heads gather (B, HK). Its key and
   value are added at `slot` to the cache, keys (B, H, K, L) and values (B, H, L, K), L being s.length; a row's tokens
   lie from its slot `first` on; s.cosine and s.sine are those of each row, (B, K). */
void attention_next(const float *qkv, float *keys, float *values, float *out, const int64_t *first, Sizes s, int slot) {
    const whole place = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    int wide = s.heads * s.width, size = s.width * s.length;
    float query[LONGEST], key[LONGEST], share[s.length];
    for (int64_t row = 0; row < s.rows; row++, qkv += 3 * wide, out += wide) {
        Sizes one = {1, 1, s.heads, s.width, s.cosine, s.sine};
        if (s.cosine) one.cosine += row * s.width, one.sine += row * s.width;
        for (int head = 0; head < s.heads; head++, keys += size, values += size) {
            const float *from = qkv + head * s.width;
            int begin = first[row] / LANES * LANES;
            vector top = all(-1e30f), total = {0};
            carry(one, from, 0, query, 0, 1.0f, 1.0f / __builtin_sqrtf(s.width));
            carry(one, from + wide, 0, key, 0, 1.0f, 1.0f);
            for (int i = 0; i < s.width; i++) keys[i * s.length + slot] = key[i];
            memcpy(values + slot * s.width, from + 2 * wide, 4 * s.width);
            for (int l = begin; l <= slot; l += LANES) {
                vector x = {0};
                for (int i = 0; i < s.width; i++) x += query[i] * load(keys + i * s.length + l);
                store(share + l, x = pick((place >= (int)first[row] - l) & (place <= slot - l), x, all(-1e30f)));
                top = pick(x > top, x, top);
            }
            float most = top[0], sum = 0;
            for (int i = 1; i < LANES; i++) most = top[i] > most ? top[i] : most;
            for (int l = begin; l <= slot; l += LANES) {
                vector x = exponential(load(share + l) - most); /* of what is hidden, 1e-38 */
                total += x;
                store(share + l, x);
            }
            for (int i = 0; i < LANES; i++) sum += total[i];
            for (int i = 0; i < s.width; i += LANES) {
                vector mixed = {0};
                for (int l = first[row]; l <= slot; l++) mixed += share[l] * load_part(values + l * s.width + i, s.width - i);
                store_part(out + head * s.width + i, mixed / sum, s.width - i);
            }
        }
    }
}

/* -- products of many rows with a small matrix ------------------------------------------------------------------- */

#define ROWS 6     /* of a tile: 24 sums, 4 vectors of the matrix and one number stay in the 32 registers */
#define COLUMNS 64 /* of a tile: kernels.py has the same number */
#define BLOCK (4 * ROWS) /* rows that meet every panel while they are in the nearest cache */
#define DEEP 192   /* inner places summed before they are added to the rest, as MKL does: the same bits */

#ifdef __AVX512F__
int tiles(void) { return 1; }
#else
int tiles(void) { return 0; }
#endif

/* Tile of out = add + a panel, over k inner places; a row of `a` is `down` long, one of `add` and `out` `across`. */
INLINE void tile(const float *a, int64_t down, const float *panel, const float *add, float *out, int64_t across, int k) {
    vector sum[ROWS][COLUMNS / LANES] = {0};
    for (int p = 0; p < k; p++, a++, panel += COLUMNS) {
        vector y[COLUMNS / LANES];
#pragma GCC unroll 4
        for (int c = 0; c < COLUMNS / LANES; c++) y[c] = load(panel + c * LANES);
#pragma GCC unroll 6
        for (int r = 0; r < ROWS; r++) {
            vector x = all(a[r * down]);
#pragma GCC unroll 4
            for (int c = 0; c < COLUMNS / LANES; c++) sum[r][c] += x * y[c];
        }
    }
#pragma GCC unroll 6
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
        for (int c = 0; c < COLUMNS / LANES; c++) {
            vector before = add ? load(add + r * across + c * LANES) : all(0.0f);
            store(out + r * across + c * LANES, before + sum[r][c]);
        }
}

/* Inner places `from` to `to` of a matrix (K, M), or (M, K) where it is turned, as panels of COLUMNS columns. */
INLINE void pack(const float *b, float *panels, int k, int m, int from, int to, int turned) {
    for (int j = 0; j < m; j += COLUMNS)
        if (turned) {
            for (int i = 0; i < COLUMNS; i++)
                for (int p = from; p < to; p++) panels[(p - from) * COLUMNS + i] = b[(int64_t)(j + i) * k + p];
            panels += (to - from) * COLUMNS;
        } else
            for (int p = from; p < to; p++, panels += COLUMNS) memcpy(panels, b + (int64_t)p * m + j, 4 * COLUMNS);
}

/* out (N, M) = add + a (N, K) b, where `add` may be null; `room` holds min(K, DEEP) x M floats. */
void product(const float *a, const float *b, const float *add, float *out, float *room, int64_t n, int k, int m, int turned) {
    float last[ROWS][DEEP] = {0}, some[ROWS][COLUMNS] = {0}, made[ROWS][COLUMNS];
    int64_t whole = n / ROWS * ROWS;
    int deep = k > 2 * DEEP ? DEEP : k > DEEP ? (k + 1) / 2 : k;
    for (int from = 0; from < k; from += deep, add = out) {
        int to = least(from + deep, k);
        pack(b, room, k, m, from, to, turned);
        for (int64_t first = 0; first < whole; first += BLOCK)
            for (int j = 0; j < m; j += COLUMNS)
                for (int64_t row = first; row < whole && row < first + BLOCK; row += ROWS) {
                    int64_t at = row * m + j;
                    tile(a + row * k + from, k, room + (int64_t)j * (to - from), add ? add + at : 0, out + at, m, to - from);
                }
        for (int64_t row = whole; row < n; row++) memcpy(last[row - whole], a + row * k + from, 4 * (to - from));
        for (int j = 0; j < m && whole < n; j += COLUMNS) {
            for (int64_t row = whole; row < n && add; row++) memcpy(some[row - whole], add + row * m + j, 4 * COLUMNS);
            tile(last[0], DEEP, room + (int64_t)j * (to - from), some[0], made[0], COLUMNS, to - from);
            for (int64_t row = whole; row < n; row++) memcpy(out + row * m + j, made[row - whole], 4 * COLUMNS);
        }
    }
}

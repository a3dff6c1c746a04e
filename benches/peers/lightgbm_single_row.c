/* Times LightGBM's single-row fast prediction. lightgbm_single_row.py writes the model and the rows, compiles this, and runs it.
 *
 * usage: lightgbm_single_row MODEL.txt ROWS.bin COLUMNS CALLS
 *
 * ROWS.bin holds doubles, row by row. Each call asks about the next row. Prints, in nanoseconds, the median, the 10 per cent and the
 * 90 per cent quantile over batches of 100 calls of the mean time of a call, and the mean answer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The C interface of LightGBM 4; the wheel has the library and not its header. */
int LGBM_BoosterCreateFromModelfile(const char *filename, int *iterations, void **booster);
int LGBM_BoosterPredictForMatSingleRowFastInit(void *booster, int kind, int start, int iterations, int type, int32_t columns,
                                               const char *parameters, void **config);
int LGBM_BoosterPredictForMatSingleRowFast(void *config, const void *row, int64_t *length, double *result);
const char *LGBM_GetLastError(void);

enum { NORMAL = 0, FLOAT64 = 1, BATCH = 100 };

static void check(int status) {
    if (status != 0) {
        fprintf(stderr, "LightGBM: %s\n", LGBM_GetLastError());
        exit(1);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int count, char **given) {
    if (count != 5) {
        fprintf(stderr, "usage: %s MODEL.txt ROWS.bin COLUMNS CALLS\n", given[0]);
        return 2;
    }
    int columns = atoi(given[3]), batches = atoi(given[4]) / BATCH, iterations;
    FILE *file = fopen(given[2], "rb");
    if (columns < 1 || batches < 1 || file == NULL) {
        fprintf(stderr, "cannot read %s, or too few columns or calls\n", given[2]);
        return 2;
    }
    fseek(file, 0, SEEK_END);
    size_t cells = (size_t)ftell(file) / sizeof(double), rows = cells / (size_t)columns;
    rewind(file);
    double *row = malloc(cells * sizeof(double)), *times = malloc((size_t)batches * sizeof(double));
    if (rows == 0 || row == NULL || times == NULL || fread(row, sizeof(double), cells, file) != cells) {
        fprintf(stderr, "cannot read the rows of %s\n", given[2]);
        return 2;
    }
    fclose(file);
    void *booster, *config;
    check(LGBM_BoosterCreateFromModelfile(given[1], &iterations, &booster));
    check(LGBM_BoosterPredictForMatSingleRowFastInit(booster, NORMAL, 0, -1, FLOAT64, columns, "num_threads=1", &config));
    double answer, sum = 0;
    int64_t length;
    size_t next = 0;
    for (int batch = -batches / 10; batch < batches; batch++) { /* The first tenth warms up. */
        double started = now();
        for (int call = 0; call < BATCH; call++) {
            check(LGBM_BoosterPredictForMatSingleRowFast(config, row + next * (size_t)columns, &length, &answer));
            next = (next + 1) % rows;
            sum += answer;
        }
        if (batch >= 0) times[batch] = (now() - started) / BATCH;
    }
    qsort(times, (size_t)batches, sizeof(double), ascending);
    printf("%f %f %f %f\n", times[batches / 2], times[batches / 10], times[batches * 9 / 10],
           sum / ((double)(batches + batches / 10) * BATCH));
    return 0;
}

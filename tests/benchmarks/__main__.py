"""Every benchmark, one after the other: `make bench`."""

from tests.benchmarks import (
    bench_backfill,
    bench_fetch,
    bench_fetch_size,
    bench_judging,
    bench_measures,
    bench_page,
    bench_questions,
)

bench_measures.main([])
bench_fetch.main([])
bench_fetch_size.main([])
bench_questions.main([])
bench_page.main()
bench_judging.main([])
bench_backfill.main([])

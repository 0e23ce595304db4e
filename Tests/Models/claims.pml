/*
 * Claim, fence, sweep and cancel, as Lockstep does them: see README.md beside this file.
 *
 * Every d_step that touches a job is one transaction of the store. What is called a ghost is seen by the
 * checks alone: no rule reads it. Names in capitals that are not set here are set by scripts/model.
 */

/* ---- Bounds ---------------------------------------------------------------------------------------- */

#ifndef WORKERS
#define WORKERS 3       /* processes that claim and work, each on one job at a time */
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 2      /* attempts of the working status */
#endif
#ifndef TROUBLES
/* How many of these may happen in one run, of any kinds and in any order: a lease runs out while its worker
   lives; a crash; a stop; a stop whose last writes do not get through; a cancellation; a deadline; an answer
   of the store that gets lost after the commit. */
#define TROUBLES 2
#endif
#define JOBS 2
#define NAMES (WORKERS + TROUBLES)

/* ---- The store ------------------------------------------------------------------------------------- */

#define QUEUED    0
#define RUNNING   1     /* with a claim, or without one: then it is claimable in place */
#define DONE      2
#define FAILED    3
#define CANCELLED 4

typedef Job {
    byte status;
    byte by;            /* claimed_by; 0: nobody */
    byte fence;
    byte attempt;
    byte epoch;         /* ghost: claims so far, whatever their fences say */
    byte holder;        /* ghost: the epoch whose claim is valid; 0: none is */
    byte top;           /* ghost: the highest fence that was ever given */
    byte yields;        /* ghost: claims that were given back without counting */
    byte moves;         /* ghost: changes of status */
    byte recorded;      /* ghost: lines of the history that say so */
    byte last;          /* ghost: the status that the last of these lines leads to */
    bit  orphan         /* ghost: claimed, and the answer to the claim got lost */
};
Job job[JOBS];

#define ABSENT  0       /* no row in lockstep_workers */
#define ALIVE   1
#define EXPIRED 2       /* the lease is over, and the sweep has not come yet */
#define LEFT    3       /* the worker is gone for good; its lease ends by itself, at any time */
byte row[NAMES + 1];

#define ended(s)         ((s) >= DONE)
#define all_ended        (ended(job[0].status) && ended(job[1].status))
#define dead(n)          (row[n] == EXPIRED || row[n] == LEFT)
#define declared(a, b)   (((a) == QUEUED && ((b) == RUNNING || (b) == FAILED || (b) == CANCELLED)) \
                       || ((a) == RUNNING && ((b) == DONE || (b) == FAILED || (b) == CANCELLED)))

/* ---- What may still happen to it ------------------------------------------------------------------- */

byte troubles = TROUBLES;
byte next_name = WORKERS + 1;
byte arrived;           /* workers of the first generation that have announced themselves */
byte stopped;           /* workers that were told to stop; one at least is not */
byte out;               /* workers that have come to their end */

/* Workers are alike, and so are jobs: the first worker to arrive may be called the first, and so on, and the
   first job that anything happens to may be called the first. That spares most of the states. */
#define its_turn(n)      ((n) > WORKERS || (n) == arrived + 1)
#define second_may_begin (job[0].epoch > 0 || ended(job[0].status))

/* ---- What must never become true ------------------------------------------------------------------- */

bit I2_two_valid_claims;
bit I2_fence_did_not_rise;
bit I3_stale_write_accepted;
bit I4_undeclared_move;
bit I4_ended_job_changed;
bit I4_move_not_recorded_once;
bit I5_more_claims_than_attempts;
bit I5_claim_outlives_its_worker;

/* ---- What must be possible: a model in which nothing happens has no errors either ------------------ */

#ifdef WITNESS
c_decl {
    static char witnessed[32];
    static void reached_once(int number) {
        if (!witnessed[number]) { witnessed[number] = 1; printf("reached %d\n", number); }
    }
}
#define reached(number) c_code { reached_once(number); }
#else
#define reached(number) skip
#endif

/* ---- Road: Step.swift, StepMoves.swift ------------------------------------------------------------- */

/* Step.checkClaim */
#if defined(NOFENCE)
#define holds(j, n, f) true
#elif defined(NAMEONLY)
#define holds(j, n, f) (job[j].by == n)
#elif defined(FENCEONLY)
#define holds(j, n, f) (job[j].fence == f)
#else
#define holds(j, n, f) (job[j].by == n && job[j].fence == f)
#endif

/* JobRecord.claimObstacle, and SQLiteStore.isAlive in the claim's transaction */
#if defined(DOUBLECLAIM)
#define claimable(j, n) (!ended(job[j].status) && row[n] == ALIVE)
#elif defined(UNLISTED)
#define claimable(j, n) (!ended(job[j].status) && job[j].by == 0)
#else
#define claimable(j, n) (!ended(job[j].status) && job[j].by == 0 && row[n] == ALIVE)
#endif

/* Whatever was changed so far has been recorded. */
inline audit(j) {
    I4_move_not_recorded_once = (job[j].moves != job[j].recorded || job[j].status != job[j].last);
    assert(!I4_move_not_recorded_once)
}

/* Every write of a job begins here: an end is an end. */
inline touch(j) {
    I4_ended_job_changed = ended(job[j].status);
    assert(!I4_ended_job_changed);
    audit(j)
}

/* Step.note and the trigger that records */
inline note(j) {
    if
#ifdef UNRECORDED
    :: job[j].status == FAILED -> skip
#endif
    :: job[j].status != job[j].last -> job[j].recorded++; job[j].last = job[j].status
    :: else -> skip
    fi
}

/* Step.enter */
inline enter(j, to) {
    I4_undeclared_move = !declared(job[j].status, to);
    assert(!I4_undeclared_move);
    job[j].status = to;
    job[j].by = 0;
    job[j].attempt = 0;
    job[j].moves++;
    job[j].holder = 0;
    job[j].orphan = 0
}

/* Step.claim; the caller has seen to `claimable` */
inline claim(j, n) {
    touch(j);
    I2_two_valid_claims = (job[j].holder != 0);
    assert(!I2_two_valid_claims);
    if
    :: job[j].status == QUEUED -> enter(j, RUNNING)
    :: else -> reached(9)                                                       /* in place */
    fi;
#ifndef NORISE
    job[j].fence++;
#endif
    job[j].attempt++;
    job[j].by = n;
    note(j);
    job[j].epoch++;
    job[j].holder = job[j].epoch;
    I2_fence_did_not_rise = (job[j].fence <= job[j].top);
    assert(!I2_fence_did_not_rise);
    job[j].top = job[j].fence;
    I5_more_claims_than_attempts = (job[j].epoch > ATTEMPTS + job[j].yields);
    assert(!I5_more_claims_than_attempts)
}

/* Step.tryAgain: for a temporary failure and for a lost worker */
inline try_again(j) {
    if
#ifdef NOATTEMPT
    :: true ->
#else
    :: job[j].attempt < ATTEMPTS ->
#endif
        job[j].by = 0;
        job[j].holder = 0;
        job[j].orphan = 0;
        reached(7)
    :: else -> enter(j, FAILED); reached(8)
    fi;
    note(j)
}

#define MOVE   1        /* .move(to: done) */
#define FAIL   2        /* .fail(temporary) */
#define YIELD  3        /* .yield */
#define REPORT 4        /* .report, .annotate: a write that moves nothing */

/* A worker's write: (n, f) is what it carries, e the ghost of the claim under which it was made. */
inline write(j, n, f, e, what) {
    if
    :: !(holds(j, n, f)) ->                                                     /* stale_claim */
        if
        :: ended(job[j].status) -> reached(1)
        :: !ended(job[j].status) && job[j].by == 0 && job[j].fence == f -> reached(2)
        :: !ended(job[j].status) && job[j].by == n && job[j].fence != f -> reached(3)
        :: else -> reached(4)
        fi
    :: else ->
        if
        :: what == MOVE && !declared(job[j].status, DONE) -> skip               /* undeclared_move */
        :: what == FAIL && ended(job[j].status) -> skip                         /* not_applicable */
        :: else ->
            I3_stale_write_accepted = (e != job[j].holder);
            assert(!I3_stale_write_accepted);
            touch(j);
            if
            :: what == MOVE -> enter(j, DONE); note(j); reached(5)
            :: what == FAIL -> try_again(j)
            :: what == YIELD ->                                                 /* Step.giveBack */
                reached(6);
                job[j].by = 0;
                job[j].holder = 0;
                job[j].orphan = 0;
                job[j].attempt = (job[j].attempt > 0 -> job[j].attempt - 1 : 0);
                job[j].yields++;
                note(j)
            :: else -> skip
            fi
        fi
    fi
}

/* Step.lose */
inline lose(j) {
    touch(j);
    if
    :: job[j].orphan -> reached(15)
    :: else -> reached(16)
    fi;
    try_again(j)
}

/* ---- A worker: WorkerMachine.swift ----------------------------------------------------------------- */

#define STARTING 0
#define WORKING  1
#define STOPPING 2
#define OUTCAST  3      /* stopping, and taken for dead: nothing is left to renew */
#define GONE     4

#define IDLE  0
#define ASKED 1         /* the claim is committed, the answer is under way */
#define BUSY  2

#define forget_slot()    slot = IDLE; sj = 0; sn = 0; sf = 0; se = 0; told = 0
#define forget_pending() pending = 0; pj = 0; pn = 0; pf = 0; pe = 0

/* The handler ends, and what it wants written waits to be sent. */
inline finish(what) {
    pending = what; pj = sj; pn = sn; pf = sf; pe = se;
    forget_slot()
}

inline take(j) {
    claim(j, name);
    slot = ASKED; sj = j; sn = name; sf = job[j].fence; se = job[j].epoch
}

proctype Worker(byte name) {
    byte phase = STARTING;
    byte slot = IDLE;   /* the handler: job, name and fence of its claim; the ghost; progress was reported */
    byte sj, sn, sf, se;
    bit told;
    byte pending;       /* a write that is to be sent, or whose answer has not come */
    byte pj, pn, pf, pe;

    do
    /* The first heartbeat announces the worker. */
    :: d_step { phase == STARTING && its_turn(name) ->
                arrived = (name > WORKERS -> arrived : arrived + 1);
                row[name] = ALIVE; phase = WORKING }

    /* A claim, for either job; its answer comes later, or never. */
    :: d_step { phase == WORKING && slot == IDLE && claimable(0, name) -> take(0) }
    :: d_step { phase == WORKING && slot == IDLE && second_may_begin && claimable(1, name) -> take(1) }
    :: d_step { phase == WORKING && slot == IDLE && troubles > 0 && claimable(0, name) ->
                claim(0, name); job[0].orphan = 1; troubles-- }
    :: d_step { phase == WORKING && slot == IDLE && troubles > 0 && second_may_begin && claimable(1, name) ->
                claim(1, name); job[1].orphan = 1; troubles-- }
    :: d_step { slot == ASKED && (phase == STARTING || phase == WORKING) -> slot = BUSY }
    /* What comes while it stops is given back before anybody works on it. */
    :: d_step { slot == ASKED && (phase == STOPPING || phase == OUTCAST) && pending == 0 -> finish(YIELD) }

    /* The handler reports progress: as often as it likes, but not for ever. It ends in one way or another. */
#ifdef LIVENESS
    :: d_step { slot == BUSY && !told -> write(sj, sn, sf, se, REPORT); told = 1 }
#else
    :: d_step { slot == BUSY -> write(sj, sn, sf, se, REPORT) }
#endif
    :: d_step { slot == BUSY && pending == 0 -> finish(MOVE) }
    :: d_step { slot == BUSY && pending == 0 -> finish(FAIL) }
    :: d_step { slot == BUSY && pending == 0 && phase == STOPPING -> finish(YIELD) }

    /* What waits is written; where the answer gets lost, it is sent again. */
    :: d_step { pending != 0 -> write(pj, pn, pf, pe, pending); forget_pending() }
    :: d_step { pending != 0 && troubles > 0 -> write(pj, pn, pf, pe, pending); troubles-- }

    /* A heartbeat renews the lease while the row is there, and says what the worker still holds. */
    :: d_step { (phase == WORKING || phase == STOPPING) && row[name] == EXPIRED -> row[name] = ALIVE;
                reached(10) }
    :: d_step { (phase == WORKING || phase == STOPPING) && row[name] == ALIVE && slot == BUSY &&
                !(job[sj].by == name && job[sj].fence == sf) -> forget_slot(); reached(11) }
    /* No row: it counts as dead, its claims are gone, and it begins anew under another name. */
    :: d_step { (phase == WORKING || phase == STOPPING) && row[name] == ABSENT ->
                I5_claim_outlives_its_worker = (job[0].by == name || job[1].by == name);
                assert(!I5_claim_outlives_its_worker);
                if
                :: slot == BUSY -> forget_slot()
                :: else -> skip
                fi;
                if
                :: phase == WORKING -> name = next_name; next_name++; phase = STARTING; reached(12)
#ifdef STOPLOOP
                :: else -> skip     /* it goes on beating under names that are on no list */
#else
                :: else -> phase = OUTCAST; reached(13)
#endif
                fi }

    /* A stop: nothing new is claimed; when nothing is left to do, the lease is ended. */
    :: d_step { phase == WORKING && troubles > 0 && stopped + 1 < WORKERS ->
                troubles--; stopped++; phase = STOPPING }
    :: d_step { phase == STOPPING && slot == IDLE && pending == 0 && row[name] != ABSENT ->
                row[name] = EXPIRED; phase = GONE }
    :: d_step { phase == OUTCAST && slot == IDLE && pending == 0 -> phase = GONE }
    /* The store does not take the last writes: the lease ends by itself. */
    :: d_step { (phase == STOPPING || phase == OUTCAST) && troubles > 0 ->
                troubles--;
                reached(14);
                row[name] = (row[name] == ABSENT -> ABSENT : LEFT);
                forget_slot(); forget_pending();
                phase = GONE }

    /* A crash forgets everything, and another process takes its place. */
    :: d_step { (phase == WORKING || phase == STOPPING) && troubles > 0 ->
                troubles--;
                row[name] = (row[name] == ABSENT -> ABSENT : LEFT);
                stopped = (phase == STOPPING -> stopped - 1 : stopped);
                forget_slot(); forget_pending();
                name = next_name; next_name++; phase = STARTING }

    :: d_step { phase == GONE -> name = 0; out++ }
       break
    :: d_step { all_ended && slot == IDLE && pending == 0 && (phase == STARTING || phase == WORKING) ->
                phase = GONE; name = 0; out++ }
       break
    od
}

/* ---- The sweep: SQLiteSweep.swift ------------------------------------------------------------------ */

inline take_back(n) {
    if
    :: job[0].by == n -> lose(0)
    :: else -> skip
    fi;
    if
    :: job[1].by == n -> lose(1)
    :: else -> skip
    fi
}

#ifdef EARLYDELETE
/* Two transactions where there must be one. */
#define SWEEP(n) \
    :: d_step { dead(n) -> row[n] = ABSENT; gone = n } \
       d_step { take_back(gone); gone = 0 }
#else
/* The first takes all claims back and the worker off the list; the others come to the limit of one sweep. */
#define SWEEP(n) \
    :: d_step { dead(n) -> take_back(n); row[n] = ABSENT } \
    :: d_step { dead(n) && job[0].by == n -> lose(0) } \
    :: d_step { dead(n) && job[1].by == n -> lose(1) }
#endif

#ifdef NODEADLINE
#define late(j) false
#else
/* Time passes: the deadline of a job that nobody can get hold of comes in any case. */
#define late(j) (!ended(job[j].status) && (job[j].orphan || troubles > 0))
#endif

inline expire(j) {
    touch(j);
    troubles = (job[j].orphan -> troubles : troubles - 1);
    enter(j, FAILED);
    note(j)
}

proctype Sweep() {
#ifdef EARLYDELETE
    byte gone;
#endif
    do
    SWEEP(1)
    SWEEP(2)
    SWEEP(3)
#if NAMES >= 4
    SWEEP(4)
#endif
#if NAMES >= 5
    SWEEP(5)
#endif
#if NAMES >= 6
    SWEEP(6)
#endif
#if NAMES >= 7
    SWEEP(7)
#endif
#if NAMES >= 8
#error a sweep for each name, please
#endif
    :: d_step { late(0) -> expire(0) }
    :: d_step { second_may_begin && late(1) -> expire(1) }
    :: d_step { all_ended -> audit(0); audit(1) }
       break
    od
}

/* ---- The canceller, and time that stands still for a worker ---------------------------------------- */

#define PAUSE(n) :: d_step { troubles > 0 && row[n] == ALIVE -> row[n] = EXPIRED; troubles-- }
#ifdef LATECANCEL
#define may_cancel(j) true
#else
#define may_cancel(j) (!ended(job[j].status))
#endif
#define CANCEL(j, may) :: d_step { troubles > 0 && may && may_cancel(j) -> \
                              touch(j); enter(j, CANCELLED); note(j); troubles-- }

proctype World() {
    do
    CANCEL(0, true)
    CANCEL(1, second_may_begin)
    PAUSE(1)
    PAUSE(2)
    PAUSE(3)
#if NAMES >= 4
    PAUSE(4)
#endif
#if NAMES >= 5
    PAUSE(5)
#endif
#if NAMES >= 6
    PAUSE(6)
#endif
#if NAMES >= 7
    PAUSE(7)
#endif
    /* From some time on, nothing goes wrong any more. Without this, a job that is stuck could hope for the
       canceller or for a crash. */
    :: d_step { troubles = 0 }
       break
    od
}

init {
    atomic {
        run Worker(1);
        run Worker(2);
#if WORKERS >= 3
        run Worker(3);
#endif
        run Sweep();
        run World()
    }
}

/* ---- I5 -------------------------------------------------------------------------------------------- */

/* Where nothing can happen any more, all processes are at their end: otherwise pan reports an invalid end
   state. The formula says the same of endless runs: every job ends, and so does every worker. */
#ifdef LIVENESS
ltl I5_every_job_and_worker_ends { <> (all_ended && out == WORKERS) }
#endif

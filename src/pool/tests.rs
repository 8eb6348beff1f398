//! What the pool does, step by step.

use super::world::{GROUP, SHAPE, STEPS, World, settings};
use super::*;
use lab::data::{DatasetError, idx::IdxError};
use lab::recipe::Recipe;
use nn::Initializer;
use nn::rng::Rng;

#[test]
fn there_are_no_more_trainers_than_jobs_and_than_there_may_be() {
    for (max_trainers, n_jobs, expected) in [(0, 3, 1), (1, 3, 1), (2, 3, 2), (3, 3, 3), (8, 3, 3), (4, 0, 0)] {
        let mut world = World::with_runs(max_trainers, n_jobs, Detail::Curves, true);
        world.settle();
        assert_eq!(world.n_spawned, expected, "{max_trainers} trainers, {n_jobs} jobs");
        world.check_outcomes(n_jobs);
    }
}

#[test]
fn watched_jobs_are_spread_evenly_and_advance_side_by_side() {
    let mut world = World::with_runs(2, 6, Detail::Curves, false);
    world.settle();
    let loads: Vec<usize> = world.workers.values().map(|w| w.session.as_ref().unwrap().steps().count()).collect();
    assert_eq!(loads, [3, 3]);
    assert!((1..=6).all(|run| world.pool.status(RunId(run)) == Some(Status::Ready)));
}

#[test]
fn jobs_that_nobody_watches_wait_in_a_queue() {
    let mut world = World::with_runs(2, 9, Detail::Outcome, true);
    while world.outcomes.len() < 9 {
        world.turn_all();
        let sessions = world.workers.values().filter_map(|worker| worker.session.as_ref());
        sessions.for_each(|session| assert!(session.steps().count() <= 1));
    }
    world.check_outcomes(9);
}

#[test]
fn nothing_trains_before_the_data_are_there() {
    let mut world = World::new(2);
    world.submit(GROUP, 1..=3, Detail::Everything, true);
    world.settle();
    assert!(world.outcomes.is_empty());
    assert_eq!(world.pool.status(RunId(1)), Some(Status::Starting));
    world.pool.set_data(SHAPE);
    world.carry_out();
    world.settle();
    world.check_outcomes(3);
    assert_eq!(world.pool.status(RunId(1)), None);
}

#[test]
fn a_pause_shows_at_once_and_all_runs_stop_at_the_same_step() {
    for max_trainers in 1..=3 {
        let mut world = World::with_runs(max_trainers, 3, Detail::Everything, true);
        let mut rng = Rng::weights(max_trainers as u32);
        // One trainer is much faster than the others.
        while world.steps.values().copied().max().unwrap_or_default() < STEPS / 2 {
            let ids: Vec<TrainerId> = world.workers.keys().copied().collect();
            let pick = (rng.unit() * rng.unit() * ids.len() as f64) as usize;
            world.turn(ids[pick]);
        }
        world.pool.pause(GROUP);
        assert!(!world.pool.is_running(GROUP));
        let statuses = |world: &World| [1, 2, 3].map(|run| world.pool.status(RunId(run)));
        let [paused, pausing] = [Some(Status::Paused), Some(Status::Pausing)];
        assert!(statuses(&world).contains(&pausing) && !statuses(&world).contains(&Some(Status::Running)));
        assert!(!Status::Starting.is_still() && !Status::Running.is_still() && !Status::Pausing.is_still());
        world.carry_out();
        while statuses(&world) != [paused; 3] {
            // As long as one trains, none is shown as paused.
            assert!(!(statuses(&world).contains(&pausing) && statuses(&world).contains(&paused)));
            world.turn_all();
        }
        let steps: Vec<u32> = world.steps.values().copied().collect();
        assert!(steps.len() == 3 && steps.iter().all(|&n| n == steps[0] && n < STEPS), "{max_trainers}: {steps:?}");
        world.settle();
        assert_eq!(world.steps.values().copied().collect::<Vec<_>>(), steps, "they have stopped");
        world.pool.resume(GROUP);
        world.carry_out();
        world.settle();
        world.check_outcomes(3);
    }
}

#[test]
fn runs_wait_at_their_limit_and_a_pause_between_two_limits_stops_them_at_one_step() {
    let mut world = World::with_runs(2, 3, Detail::Everything, true);
    let steps = |world: &World| world.steps.values().copied().collect::<Vec<u32>>();
    for limit in [0, 3, 10] {
        world.pool.set_limit(GROUP, Some(limit));
        world.carry_out();
        world.settle();
        assert_eq!(steps(&world), [limit; 3]);
        assert!(world.pool.waits_at(GROUP) == Some(limit) && world.pool.is_running(GROUP));
        assert!((1..=3).all(|run| world.pool.status(RunId(run)) == Some(Status::Running)));
    }
    world.pool.set_limit(GROUP, Some(20));
    world.carry_out();
    (0..12).for_each(|_| world.turn(world.first()));
    world.pool.pause(GROUP);
    world.carry_out();
    world.settle();
    let paused = steps(&world);
    assert!(paused.iter().all(|&n| n == paused[0] && (10..20).contains(&n)), "{paused:?}");
    world.pool.set_limit(GROUP, None);
    world.pool.resume(GROUP);
    world.carry_out();
    world.settle();
    world.check_outcomes(3);
}

#[test]
fn a_step_is_one_step_of_every_run_and_only_of_a_paused_group() {
    let mut world = World::with_runs(2, 3, Detail::Everything, false);
    world.settle();
    for n in 1..=3 {
        world.pool.step(GROUP);
        world.carry_out();
        world.settle();
        assert!(world.steps.values().all(|&steps| steps == n), "{:?}", world.steps);
    }
    world.pool.resume(GROUP);
    world.carry_out();
    world.pool.step(GROUP);
    assert!(world.pool.is_running(GROUP));
}

#[test]
fn a_step_that_is_asked_for_while_runs_still_stop_is_none() {
    let paused_at = |steps_while_stopping: usize| {
        let mut world = World::with_runs(1, 3, Detail::Everything, true);
        (0..40).for_each(|_| world.turn_all());
        world.pool.pause(GROUP);
        (0..steps_while_stopping).for_each(|_| world.pool.step(GROUP));
        world.carry_out();
        world.settle();
        world.steps
    };
    let steps = paused_at(0);
    assert!(steps[&RunId(1)] > 0 && steps == paused_at(1), "{steps:?}");
}

#[test]
fn a_lost_trainer_is_replaced_and_its_runs_come_to_the_same_end() {
    let mut world = World::with_runs(1, 3, Detail::Curves, true);
    while world.steps.get(&RunId(3)).copied().unwrap_or_default() < STEPS / 2 {
        world.turn(world.first());
    }
    let lost = world.first();
    world.lose(lost);
    assert_eq!(world.replaced, [1, 2, 3].map(RunId));
    assert!(!world.pool.handle(lost, &Event::Paused { run: RunId(1), steps: 3 }), "it is not listened to any more");
    world.settle();
    world.check_outcomes(3);
}

#[test]
fn a_paused_run_whose_trainer_is_lost_stands_where_it_stood() {
    // Of one trainer all runs are lost, of two only some.
    for max_trainers in 1..=2 {
        let mut world = World::with_runs(max_trainers, 3, Detail::Curves, true);
        while world.steps.values().copied().max().unwrap_or_default() < STEPS / 2 {
            world.turn_all();
        }
        world.pool.pause(GROUP);
        world.carry_out();
        world.settle();
        let before = world.steps.clone();
        world.lose(world.first());
        world.settle();
        assert_eq!(world.steps, before, "{max_trainers} trainers");
    }
}

#[test]
fn an_idle_trainer_that_is_lost_takes_nothing_with_it() {
    let mut world = World::with_runs(2, 2, Detail::Curves, true);
    world.settle();
    world.lose(world.first());
    world.settle();
    assert_eq!((world.replaced.len(), world.n_spawned), (0, 2));
    world.check_outcomes(2);
}

#[test]
fn a_trainer_that_falls_silent_is_replaced_wherever_it_stood() {
    // Turns before it hangs: before its hello, before the data, before a network, while it trains.
    for (n_turns, n_begun) in [(0, 0), (1, 0), (2, 2), (3, 2), (30, 2)] {
        let mut world = World::with_runs(1, 2, Detail::Curves, true);
        let hung = world.first();
        (0..n_turns).for_each(|_| world.turn(hung));
        world.workers.get_mut(&hung).unwrap().hangs = true;
        (0..ANSWER_TICKS).for_each(|_| world.tick());
        world.carry_out();
        assert_eq!((world.n_spawned, world.replaced.len()), (2, n_begun), "after {n_turns} turns");
        world.settle();
        world.check_outcomes(2);
    }
}

#[test]
fn a_paused_run_does_not_move_while_another_of_its_group_trains() {
    let mut world = World::with_runs(2, 2, Detail::Curves, true);
    let [behind, ahead] = [0, 1].map(TrainerId);
    while world.steps.get(&RunId(2)) < Some(&3) || world.steps.get(&RunId(1)) < Some(&1) {
        world.turn(if world.steps.get(&RunId(1)) < Some(&1) { behind } else { ahead });
    }
    world.pool.pause(GROUP);
    world.carry_out();
    while world.workers[&behind].session.as_ref().unwrap().next_run().is_some()
        || !world.workers[&behind].outbox.is_empty()
    {
        world.turn(behind);
    }
    assert!(world.workers[&behind].inbox.is_empty(), "{:?}", world.workers[&behind].inbox);
    world.settle();
    assert_eq!(world.steps[&RunId(1)], world.steps[&RunId(2)]);
}

#[test]
fn of_trainers_that_fall_silent_together_none_gets_the_job_of_another() {
    let mut world = World::with_runs(4, 4, Detail::Curves, true);
    world.settle();
    world.pool.remove_data();
    world.pool.set_data(SHAPE);
    world.submit(Group(2), 5..=5, Detail::Curves, true);
    world.workers.values_mut().for_each(|worker| worker.hangs = true);
    (0..ANSWER_TICKS).for_each(|_| world.tick());
    world.carry_out();
    assert_eq!((world.pool.jobs[0].n_losses, world.workers.len()), (1, 1));
    world.settle();
    assert!(world.given_up.is_empty() && world.outcomes.contains_key(&RunId(5)));
}

#[test]
fn trainers_have_more_time_to_read_more_data() {
    let mut world = World::new(1);
    world.pool.set_data(DataShape { n_pixels: PIXELS_PER_ANSWER / 80, n_train: 3 * 80 - 1, n_held_out: 0, ..SHAPE });
    world.submit(GROUP, 1..=1, Detail::Curves, true);
    world.turn_all();
    (0..3 * ANSWER_TICKS - 1).for_each(|_| world.tick());
    world.carry_out();
    assert_eq!(world.n_spawned, 1);
    world.tick();
    world.carry_out();
    assert_eq!(world.n_spawned, 2);
}

#[test]
fn a_slow_trainer_gets_more_time_after_each_loss_and_after_each_late_answer() {
    let mut world = World::with_runs(1, 1, Detail::Curves, true);
    let is_lost_after = |world: &mut World, n: u32| {
        let n_spawned = world.n_spawned;
        (0..n).for_each(|_| world.tick());
        world.carry_out();
        world.n_spawned > n_spawned
    };
    let start = |world: &mut World| (0..5).for_each(|_| world.turn_all());
    start(&mut world);
    assert!(is_lost_after(&mut world, ANSWER_TICKS));
    start(&mut world);
    assert!(!is_lost_after(&mut world, 2 * ANSWER_TICKS - 1));
    world.turn_all();
    // It needs so long for every answer.
    assert!(!is_lost_after(&mut world, 4 * ANSWER_TICKS - 3));
    world.settle();
    world.check_outcomes(1);
    world.submit(Group(2), 2..=2, Detail::Curves, true);
    assert!(!is_lost_after(&mut world, 8 * ANSWER_TICKS - 7), "remembered for the next runs");
    assert!(is_lost_after(&mut world, 1));
}

#[test]
fn a_silent_trainer_is_missed_within_two_seconds() {
    assert_eq!((ANSWER_TICKS, TICKS_PER_SECOND), (6, 4), "1.5 s");
}

/// The largest network that a page accepts is built in seconds, and trains a step in almost one.
#[test]
fn a_trainer_has_more_time_for_a_larger_network() {
    let mut world = World::with_runs(1, 0, Detail::Curves, true);
    let orthogonal = Initializer::Orthogonal;
    let large = Recipe { depth: 50, width: 512, initializer: orthogonal, ..Recipe::default() }.check().unwrap();
    let small = Recipe { steps: STEPS, ..Recipe::default() }.check().unwrap();
    assert_eq!(
        [small, large].map(|settings| Job::new(RunId(1), GROUP, settings, Detail::Curves, Wanted::Run).ticks(SHAPE)),
        [0, 43]
    );
    world.pool.submit(GROUP, [(RunId(1), large, Detail::Curves)], true);
    world.carry_out();
    let is_starting = |world: &World| world.pool.jobs[0].phase == Phase::Starting;
    while !is_starting(&world) {
        world.turn_all();
    }
    (0..ANSWER_TICKS + 42).for_each(|_| world.tick());
    assert!(is_starting(&world));
    world.tick();
    assert!(!is_starting(&world));
}

#[test]
fn loading_that_hangs_can_be_restarted_at_once() {
    let mut world = World::with_runs(1, 1, Detail::Curves, true);
    world.workers.get_mut(&world.first()).unwrap().hangs = true;
    world.pool.restart_loading();
    world.carry_out();
    assert_eq!((world.n_spawned, world.workers.len()), (2, 1));
    world.settle();
    world.check_outcomes(1);
    // What has loaded stays.
    world.pool.restart_loading();
    assert!(world.pool.take_outputs().is_empty());
}

#[test]
fn silence_without_work_is_no_reason_to_replace_a_trainer() {
    let mut world = World::with_runs(2, 2, Detail::Curves, false);
    world.settle();
    (0..100).for_each(|_| world.tick());
    world.carry_out();
    assert!(world.replaced.is_empty());
}

#[test]
fn runs_whose_trainers_are_lost_again_and_again_are_given_up_and_may_be_tried_again() {
    let mut world = World::with_runs(1, 2, Detail::Curves, true);
    assert_eq!(RETRY_AFTER, [0, TICKS_PER_SECOND, 4 * TICKS_PER_SECOND], "in seconds: 0, 1, 4");
    for n_waiting in RETRY_AFTER.into_iter().chain([0]) {
        world.turn(world.first());
        world.lose(world.first());
        for _ in 0..n_waiting {
            assert!(world.workers.is_empty(), "the next trainer comes later");
            world.pool.tick();
            world.carry_out();
        }
    }
    assert_eq!(world.given_up, [1, 2].map(RunId));
    assert_eq!(world.pool.status(RunId(1)), None);
    world.submit(Group(2), 1..=2, Detail::Curves, true);
    world.settle();
    world.check_outcomes(2);
}

#[test]
fn a_loss_before_a_run_has_begun_is_news_only_if_it_is_not_the_first() {
    let mut pool = Pool::new(1);
    pool.set_data(SHAPE);
    pool.submit(GROUP, [(RunId(1), settings(RunId(1)), Detail::Curves)], true);
    let news = |pool: &mut Pool, id: u32| {
        pool.lost(TrainerId(id), "killed");
        pool.take_outputs().into_iter().filter(|output| matches!(output, Output::Replaced { .. })).collect::<Vec<_>>()
    };
    assert_eq!(news(&mut pool, 0), []);
    assert_eq!(news(&mut pool, 1), [Output::Replaced { runs: vec![], reason: "killed".into() }]);
}

#[test]
fn a_canceled_group_trains_no_more_and_makes_room_for_the_next() {
    let mut world = World::with_runs(1, 3, Detail::Curves, true);
    (0..40).for_each(|_| world.turn(world.first()));
    world.pool.cancel(GROUP);
    world.submit(Group(2), 7..=8, Detail::Curves, true);
    world.settle();
    assert_eq!(world.outcomes.keys().copied().collect::<Vec<_>>(), [7, 8].map(RunId));
    assert_eq!(world.n_spawned, 1);
}

#[test]
fn other_data_are_loaded_before_the_next_runs_start() {
    let mut world = World::with_runs(2, 3, Detail::Curves, true);
    (0..40).for_each(|_| world.turn(world.first()));
    world.pool.cancel(GROUP);
    world.pool.remove_data();
    world.pool.set_data(SHAPE);
    world.submit(Group(2), 7..=9, Detail::Curves, true);
    let first = &world.workers[&world.first()];
    assert!(matches!(first.inbox.back(), Some(Output::Load(_))), "a run starts on the old data: {:?}", first.inbox);
    world.settle();
    assert_eq!(world.outcomes.keys().copied().collect::<Vec<_>>(), [7, 8, 9].map(RunId));
    assert_eq!(world.n_spawned, 2);
}

/// A trainer inflates data while it handles messages, so an answer may come after other data were sent.
#[test]
fn late_answers_about_older_data_start_nothing() {
    let (loaded, refused) =
        (Event::Loaded { train: 40, held_out: 40 }, Event::Refused { error: DatasetError::Images(IdxError::Empty) });
    for late in [&loaded, &refused] {
        for has_new_data in [false, true] {
            let mut pool = Pool::new(1);
            pool.set_data(SHAPE);
            pool.submit(GROUP, [(RunId(1), settings(RunId(1)), Detail::Curves)], true);
            pool.handle(TrainerId(0), &Event::Hello);
            pool.cancel(GROUP);
            pool.remove_data();
            if has_new_data {
                pool.set_data(SHAPE);
            }
            pool.submit(Group(2), [(RunId(2), settings(RunId(2)), Detail::Curves)], true);
            pool.handle(TrainerId(0), late);
            if !has_new_data {
                pool.set_data(SHAPE);
            }
            let outputs = pool.take_outputs();
            assert!(!outputs.iter().any(|output| matches!(output, Output::Send(..))), "{late:?}: {outputs:?}");
            pool.handle(TrainerId(0), &loaded);
            let outputs = pool.take_outputs();
            assert!(matches!(outputs[..], [Output::Send(_, Command::Start { run: RunId(2), .. })]), "{outputs:?}");
        }
    }
}

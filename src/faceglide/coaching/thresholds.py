"""Every number that decides something in the engine, in one place.

Sources: [tracking] the measurements on trackers in this project; [domain] the protocol's own dose
table; [default] ours, chosen from geometry and to be argued with.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Constants of the coaching engine; millimetres, seconds, degrees.

    Attributes:
        near_mm: A hand this close to a path in the picture may be working on it [default].
        turn_mm, turn_share: Going back by this much, or this share of the path, ends a run; it
            stands above the fingertips' 2-3 mm error [tracking].
        leave_s: A hand off the path this long has left it [default].
        stall_s: A hand that has not moved on for this long near the path's end is done; half of
            the 250 ms within which a stroke has to be reported [default].
        hesitate_s: The same in the middle of a path: people hesitate [default].
        soft_s: The most time that a motion's last millimetres are waited for where they do not
            show: as long as a stroke may be reported after its end [default].
        bridge_s: Longest dropout within one stroke [tracking: bursts of 0.2-0.5 s].
        done_share: Coverage from which a standstill is an end [default].
        min_coverage: A run over less of its path is no stroke [default].
        min_stroke_s: Nothing shorter is a stroke [default].
        max_stroke_s: Nothing longer is one stroke [default].
        hand_mm: Fingertip error per frame [tracking: 2.1-3 % of the face's width].
        off_path_mm: Mean distance beside the path that is a fault: a finger's width and a half,
            about half way to the neighbouring movement [default].
        usual_mm: How far beside a path a person's strokes may seem to be as a rule, before it is
            the person and no longer the measure [default].
        incomplete: Coverage below which a stroke is cut short [default].
        passing_mm_s: And one that is quicker than this only passes; the quickest strokes that
            anybody calls too fast are half as quick [default].
        creep_mm_s: A hand slower than this rests or drifts [domain: accept 10 mm/s].
        jitter_mm: Wandering beside a path up to which `turn_mm` is enough [tracking].
        tool_mm: How well a tool's edge can be placed [default].
        neck_mm: How well the neck's paths can: no landmark lies on them [default].
        neck_depth_mm: How well their distance from the camera can: necks lean [default].
        return_s: A return through the air follows a stroke within this time [default].
        return_min_s: No way back is quicker: what follows sooner is the same stroke [default].
        size_sd: How far a hand's apparent size can be off before the session has taught it
            [tracking: hand models know a mean hand; adults' differ by 10 %].
        pose_sd: How much that changes as the hand turns, until the session shows better
            [tracking: the clips' one hand moved by 0.09].
        sister_sd: How far one hand's apparent size can be from the other's [default].
        place_sd: And how much more where the session has shown nothing yet [default].
        alike_s, alike_sd: For how long a stroke shows how the next of its kind will look, and
            how well [default].
        depth_mm: What remains of the depth error of one frame once it is learned [tracking].
        seen_share: Share of a stroke's frames that must show hand and face [default].
        gap_s: A hole in a stroke that is too long to vouch for it [default].
        tug_mm: Skin drawn along by this much, beyond its uncertainty, is tugging: drift under a
            hand, 1-6 % of the eye distance, averages to less over a stroke [tracking: 0.2 mm, at
            most 2 over the clips' strokes].
        tug_usual_mm: As much of what a session's strokes show as a rule may be the tracker's own
            [tracking: see above].
        tug_reach_mm: Skin goes along out to about this far from the contact [default].
        tug_after: Share of a stroke before skin has followed [default].
        tug_doubt: How many of the measure's standard errors are held against it [default].
        skin_frames: A point seen uncovered in fewer frames has no neutral place [tracking: a page
            opened with the hand already on the face invented 13 mm].
        hold_radius_mm: A resting hand stays within this of its place [default].
        hold_min_s: A rest shorter than this is not a hold [default].
        hold_drift_mm: A resting hand ends where it began, to within this [default].
        match_mm: Lateral spread of strokes about their own path, for telling paths apart.
        tempo_mm_s: A stroke's expected speed before the person has shown theirs [domain: 2-5].
    """

    near_mm: float = 32.0
    turn_mm: float = 6.0
    turn_share: float = 0.10
    leave_s: float = 0.12
    stall_s: float = 0.16
    hesitate_s: float = 0.5
    soft_s: float = 0.25
    bridge_s: float = 0.5
    done_share: float = 0.80
    min_coverage: float = 0.30
    min_stroke_s: float = 0.12
    max_stroke_s: float = 20.0
    hand_mm: float = 3.0
    off_path_mm: float = 10.2
    usual_mm: float = 5.0
    incomplete: float = 0.70
    passing_mm_s: float = 400.0
    creep_mm_s: float = 6.0
    jitter_mm: float = 1.0
    tool_mm: float = 6.0
    neck_mm: float = 9.0
    neck_depth_mm: float = 40.0
    return_s: float = 1.6
    return_min_s: float = 0.25
    size_sd: float = 0.10
    pose_sd: float = 0.05
    sister_sd: float = 0.04
    place_sd: float = 0.03
    alike_s: float = 25.0
    alike_sd: float = 0.02
    depth_mm: float = 12.0
    seen_share: float = 0.40
    gap_s: float = 0.6
    tug_mm: float = 1.45
    tug_usual_mm: float = 1.0
    tug_reach_mm: float = 20.0
    tug_after: float = 0.05
    tug_doubt: float = 1.5
    skin_frames: int = 20
    hold_radius_mm: float = 14.0
    hold_min_s: float = 3.0
    hold_drift_mm: float = 6.0
    match_mm: float = 4.0
    tempo_mm_s: float = 35.0


DEFAULT = Thresholds()

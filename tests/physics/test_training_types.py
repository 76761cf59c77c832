import numpy as np
from tests.physics.training_case import training_case


def test_replicas_and_micro_batches_by_hand():
    plan = training_case(tp=2.0, pp=4.0, cp=2.0, micro_batch=2.0).plan
    assert plan.replicas.tolist() == [4.0, 4.0]
    assert plan.micro_batches.tolist() == [32.0, 32.0]
    assert plan.micro_tokens.tolist() == [4096.0, 4096.0]
    assert training_case(global_batch=1.0).plan.micro_batches[0] == 1.0


def test_some_rows_of_a_case_are_a_case():
    one = training_case().take(np.array([1]))
    assert one.model.experts.tolist() == [64.0]
    assert one.plan.gpus.tolist() == [64.0]
    assert len(one.software.linear) == len(one.chip.flops) == 1
